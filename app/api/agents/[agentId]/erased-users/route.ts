import { methods, query } from "#lib/http/route";
import { OWN_DESK } from "#modules/agents";
import { listErasedUsers } from "#modules/personal-data";
import { erasedUsersAnswer, erasedUsersInput } from "#schema/personal-data";

const summary = "Erased users whom this agent has called, so that a browser can delete its notes about them.";
const list = { input: erasedUsersInput, answer: erasedUsersAnswer };

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods("/agents/:agentId/erased-users", {
  GET: query({ ...OWN_DESK, summary, ...list, read: listErasedUsers }),
});
