import type { z } from "zod";
import { readClock } from "#lib/time/clock";
import type { ReadCtx } from "#lib/base/context";
import type { erasedUsersAnswer, erasedUsersInput } from "./schema.ts";
import { findErased } from "./sql/find-erased.ts";

/**
 * The ids of erased users with whom this agent had a call. The agent's browsers may hold notes about them, which no erasure on
 * the server reaches: each browser asks for this list and deletes its notes. An agent reads only the ids of users of the agent's
 * own calls.
 */
export async function listErasedUsers(
  { db }: ReadCtx,
  { agentId }: z.infer<typeof erasedUsersInput>,
): Promise<z.infer<typeof erasedUsersAnswer>> {
  const userIds = await findErased(db, agentId);
  return { userIds, now: (await readClock(db)).toISOString() };
}
