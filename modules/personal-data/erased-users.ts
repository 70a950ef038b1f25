import type { z } from "zod";
import { readClock } from "#lib/time/clock";
import type { ReadCtx } from "#lib/base/context";
import type { erasedUsersAnswer, erasedUsersInput } from "./schema.ts";
import { findErased } from "./sql/find-erased.ts";

/**
 * The users with whom an agent had a call and who have been erased since, by id and nothing else. Their notes may lie in the
 * agent's browsers, which no erasure here reaches: each asks, and forgets. An agent learns of nobody but the own calls' users.
 */
export async function listErasedUsers(
  { db }: ReadCtx,
  { agentId }: z.infer<typeof erasedUsersInput>,
): Promise<z.infer<typeof erasedUsersAnswer>> {
  const userIds = await findErased(db, agentId);
  return { userIds, now: (await readClock(db)).toISOString() };
}
