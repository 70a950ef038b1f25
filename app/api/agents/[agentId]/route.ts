import { ALL_DESKS } from "#lib/http/caller";
import { command, methods } from "#lib/http/route";
import { changeAgent } from "#modules/agents";
import { agentAnswer, changeAgentInput } from "#schema/agents";

const summary = "Changes the given fields of an agent; the next tick routes waiting entries by the new rights.";
const body = { input: changeAgentInput, answer: agentAnswer, refuses: ["not_found", "conflict"] } as const;

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods("/agents/:agentId", {
  PATCH: command({ who: ALL_DESKS, summary, ...body, run: changeAgent }),
});
