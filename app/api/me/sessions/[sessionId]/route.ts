import { PEOPLE } from "#lib/http/caller";
import { command, methods } from "#lib/http/route";
import { endSession } from "#modules/access";
import { doneAnswer, sessionIdInput } from "#schema/access";

const summary = "Ends one session of the caller; its browser is signed out at its next request.";
const body = { input: sessionIdInput, answer: doneAnswer, refuses: ["not_found"] as const };

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods("/me/sessions/:sessionId", {
  DELETE: command({ who: PEOPLE, summary, ...body, run: endSession }),
});
