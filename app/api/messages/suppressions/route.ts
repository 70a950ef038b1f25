import { ALL_DESKS } from "#lib/http/caller";
import { command, methods, query } from "#lib/http/route";
import { listSuppressions, suppressRecipient } from "#modules/messages";
import { suppressInput, suppressionAnswer, suppressionsAnswer, suppressionsInput } from "#schema/messages";

const list = { summary: "The suppressed addresses, and why.", input: suppressionsInput, answer: suppressionsAnswer };
const make = { summary: "Suppresses an address for messages.", input: suppressInput, answer: suppressionAnswer };

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods("/messages/suppressions", {
  GET: query({ who: ALL_DESKS, ...list, read: listSuppressions }),
  POST: command({ who: ALL_DESKS, ...make, status: 201, run: suppressRecipient }),
});
