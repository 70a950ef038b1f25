import { command, methods } from "#lib/http/route";
import { revokeKey } from "#modules/access";
import { keyAnswer, keyIdInput } from "#schema/access";

const summary = "Revokes an API key; the next request with it is refused.";
const body = { input: keyIdInput, answer: keyAnswer, refuses: ["not_found"] as const };

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods("/keys/:keyId", {
  DELETE: command({ who: ["supervisor"], summary, ...body, run: revokeKey }),
});
