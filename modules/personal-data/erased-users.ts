import { z } from "zod";
import { readClock } from "#lib/time/clock";
import type { ReadCtx } from "#lib/base/context";
import { bigIdOut } from "#lib/base/ids";
import { query, sql } from "#lib/database/sql";
import type { erasedUsersAnswer, erasedUsersInput } from "./schema.ts";

/**
 * The users with whom an agent had a call and who have been erased since, by id and nothing else. Their notes may lie in the
 * agent's browsers, which no erasure here reaches: each asks, and forgets. An agent learns of nobody but the own calls' users.
 */
export async function listErasedUsers(
  { db }: ReadCtx,
  { agentId }: z.infer<typeof erasedUsersInput>,
): Promise<z.infer<typeof erasedUsersAnswer>> {
  const erased = await query(
    db,
    z.object({ id: bigIdOut }),
    sql`SELECT u.id FROM users u WHERE u.erased_at IS NOT NULL
          AND u.id IN (SELECT user_id FROM call_sessions WHERE agent_id = ${agentId}::int) ORDER BY u.id`,
  );
  return { userIds: erased.map(({ id }) => id), now: (await readClock(db)).toISOString() };
}
