import { ALL_DESKS } from "#lib/http/caller";
import { command, methods } from "#lib/http/route";
import { explainUnsent } from "#modules/agents";
import { explainUnsentInput, unsentAnswer } from "#schema/agents";

const summary = "Explains what became of a browser that did not come back, and clears its report.";
const body = { summary, input: explainUnsentInput, answer: unsentAnswer };

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods("/agents/:agentId/unsent/explain", {
  POST: command({ who: ALL_DESKS, ...body, refuses: ["not_found"], run: explainUnsent }),
});
