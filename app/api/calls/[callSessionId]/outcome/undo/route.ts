import { command, methods } from "#lib/http/route";
import { CALLING } from "#modules/agents";
import { undoOutcome } from "#modules/calls";
import { undoOutcomeAnswer, undoOutcomeInput } from "#schema/calls";

const summary =
  "Undoes an outcome, within a minute and while nothing has followed from it. The call waits for another outcome.";
const body = { input: undoOutcomeInput, answer: undoOutcomeAnswer };
const refuses = ["not_found", "wrong_state"] as const;

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods("/calls/:callSessionId/outcome/undo", {
  POST: command({ ...CALLING, summary, ...body, refuses, run: undoOutcome }),
});
