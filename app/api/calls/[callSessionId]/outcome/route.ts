import { command, methods } from "#lib/http/route";
import { CALLING } from "#modules/agents";
import { recordOutcome } from "#modules/calls";
import { recordOutcomeAnswer, recordOutcomeInput } from "#schema/calls";

const summary = "Records the outcome of a call, with its effects. A repeat changes nothing.";
const body = { input: recordOutcomeInput, answer: recordOutcomeAnswer };
const ofCall = ["not_found", "outcome_differs", "wrong_state", "user_on_call"] as const;
const refuses = [...ofCall, "promise_limit", "do_not_call", "wrong_number"] as const;

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods("/calls/:callSessionId/outcome", {
  POST: command({ ...CALLING, summary, ...body, refuses, run: recordOutcome }),
});
