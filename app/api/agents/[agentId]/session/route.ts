import { command, methods } from "#lib/http/route";
import { CALLING, OWN_DESK, logOut } from "#modules/agents";
import { checkIn } from "#modules/callbacks";
import { agentIdInput, logOutAnswer, sessionAnswer, sessionInput } from "#schema/agents";

const summary = "Logs in and sets the status; without a status it is a heartbeat.";
const put = { summary, input: sessionInput, answer: sessionAnswer };
const end = { summary: "Logs out. Repeating it is harmless.", input: agentIdInput, answer: logOutAnswer };

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods("/agents/:agentId/session", {
  PUT: command({ ...CALLING, ...put, once: true, refuses: ["not_found", "agent_not_here"], run: checkIn }),
  DELETE: command({ ...OWN_DESK, ...end, refuses: ["not_found"], run: logOut }),
});
