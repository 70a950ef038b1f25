import { ALL_DESKS } from "#lib/http/caller";
import { command, methods } from "#lib/http/route";
import { explainUnsent } from "#modules/agents";
import { explainUnsentInput, unsentAnswer } from "#schema/agents";

const summary = "Says what became of a browser that was not seen again, and clears what it reported.";
const body = { summary, input: explainUnsentInput, answer: unsentAnswer };

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods("/agents/:agentId/unsent/explain", {
  POST: command({ who: ALL_DESKS, ...body, refuses: ["not_found"], run: explainUnsent }),
});
