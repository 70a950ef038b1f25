import { CALLING, OWN_DESK } from "#lib/http/authenticate";
import { methods, route } from "#lib/http/route";
import { logOut } from "#modules/agents";
import { checkIn } from "#modules/callbacks";
import { agentIdInput, logOutAnswer, sessionAnswer, sessionInput } from "#schema/agents";

const summary = "Logs in and sets the status; without a status it is a sign of life.";
const put = { summary, input: sessionInput, answer: sessionAnswer };
const end = { summary: "Logs out. Repeating it is harmless.", input: agentIdInput, answer: logOutAnswer };

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods("/agents/:agentId/session", {
  PUT: route({ who: CALLING, ...put, once: true, refuses: ["not_found", "agent_not_here"], run: checkIn }),
  DELETE: route({ who: OWN_DESK, ...end, refuses: ["not_found"], run: logOut }),
});
