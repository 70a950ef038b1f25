import { methods, query } from "#lib/http/route";
import { OWN_DESK } from "#modules/agents";
import { listErasedUsers } from "#modules/personal-data";
import { erasedUsersAnswer, erasedUsersInput } from "#schema/personal-data";

const summary = "Users whom this agent has called and who were erased: what a browser keeps of them has to go.";
const list = { input: erasedUsersInput, answer: erasedUsersAnswer };

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods("/agents/:agentId/erased-users", {
  GET: query({ ...OWN_DESK, summary, ...list, read: listErasedUsers }),
});
