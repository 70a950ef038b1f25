import { OWN_DESK } from "#lib/http/authenticate";
import { methods, route } from "#lib/http/route";
import { listErasedUsers } from "#modules/personal-data";
import { erasedUsersAnswer, erasedUsersInput } from "#schema/personal-data";

const summary = "Users whom this agent has called and who were erased: what a browser keeps of them has to go.";
const list = { input: erasedUsersInput, answer: erasedUsersAnswer };

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods("/agents/:agentId/erased-users", {
  GET: route({ who: OWN_DESK, summary, ...list, read: listErasedUsers }),
});
