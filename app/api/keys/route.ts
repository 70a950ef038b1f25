import { command, methods, query } from "#lib/http/route";
import { listKeys, makeKey } from "#modules/access";
import { keysAnswer, keysInput, madeKeyAnswer, makeKeyInput } from "#schema/access";

const list = { summary: "The API keys, newest first, with their last use.", input: keysInput, answer: keysAnswer };
const make = { summary: "Creates an API key, shown only once.", input: makeKeyInput, answer: madeKeyAnswer };

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods("/keys", {
  GET: query({ who: ["supervisor"], ...list, read: listKeys }),
  POST: command({ who: ["supervisor"], ...make, status: 201, once: false, run: makeKey }),
});
