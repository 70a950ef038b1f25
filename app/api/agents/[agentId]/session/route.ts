import { CALLING, OWN_DESK } from "#lib/http/authenticate";
import { methods, route } from "#lib/http/route";
import { logOut } from "#modules/agents";
import { checkIn } from "#modules/callbacks";
import { agentIdInput, logOutAnswer, sessionAnswer } from "#schema/agents";
import { checkInInput } from "#schema/callbacks";

const put = { summary: "Logs in, sets the status, or says: still here.", input: checkInInput, answer: sessionAnswer };
const end = { summary: "Logs out. Repeating it is harmless.", input: agentIdInput, answer: logOutAnswer };

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods("/agents/:agentId/session", {
  PUT: route({ who: CALLING, ...put, refuses: ["not_found", "agent_not_here"], run: checkIn }),
  DELETE: route({ who: OWN_DESK, ...end, refuses: ["not_found"], run: logOut }),
});
