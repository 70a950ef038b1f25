import { methods, route } from "#lib/http/route";
import { createAgent, listAgents } from "#modules/agents";
import { agentAnswer, createAgentInput, listAgentsAnswer, listAgentsInput } from "#schema/agents";

const list = {
  summary: "Who can take work, and where they are now.",
  input: listAgentsInput,
  answer: listAgentsAnswer,
};
const create = { summary: "Makes an agent, not logged in.", input: createAgentInput, answer: agentAnswer };

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods("/agents", {
  GET: route({ who: "service", ...list, read: listAgents }),
  POST: route({ who: "service", ...create, status: 201, refuses: ["conflict"], run: createAgent }),
});
