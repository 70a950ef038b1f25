import { command, methods } from "#lib/http/route";
import { allowCalls } from "#modules/callbacks";
import { allowCallsAnswer, allowCallsInput } from "#schema/call-queue";

const summary =
  "Lifts do-not-call and wrong number from a number of this user, for all users who have it, with the reason.";
const body = { input: allowCallsInput, answer: allowCallsAnswer, refuses: ["not_found", "wrong_state"] as const };

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods("/users/:userId/callable", {
  POST: command({ who: ["supervisor"], summary, ...body, run: allowCalls }),
});
