import { ALL_DESKS } from "#lib/http/caller";
import { command, methods } from "#lib/http/route";
import { changeAgent } from "#modules/agents";
import { agentAnswer, changeAgentInput } from "#schema/agents";

const summary = "Changes what is given of an agent; what waits is routed by the new rights at the next tick.";
const body = { input: changeAgentInput, answer: agentAnswer, refuses: ["not_found", "conflict"] } as const;

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods("/agents/:agentId", {
  PATCH: command({ who: ALL_DESKS, summary, ...body, run: changeAgent }),
});
