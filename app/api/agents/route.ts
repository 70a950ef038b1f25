import { ALL_DESKS } from "#lib/http/caller";
import { command, methods, query } from "#lib/http/route";
import { createAgent, listAgents } from "#modules/agents";
import { agentAnswer, createAgentInput, listAgentsAnswer, listAgentsInput } from "#schema/agents";

const summary = "The agents with their present status.";
const create = { summary: "Creates an agent, not logged in.", input: createAgentInput, answer: agentAnswer };

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods("/agents", {
  GET: query({ who: ALL_DESKS, summary, input: listAgentsInput, answer: listAgentsAnswer, read: listAgents }),
  POST: command({ who: ALL_DESKS, ...create, status: 201, refuses: ["conflict"], run: createAgent }),
});
