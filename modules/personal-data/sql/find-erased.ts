import { z } from "zod";
import { bigIdOut } from "#lib/base/ids";
import type { Db } from "#lib/database/db";
import { query, sql } from "#lib/database/sql";

/** The ids of erased users with whom this agent had a call. */
export async function findErased(db: Db, agentId: number): Promise<string[]> {
  const erased = await query(
    db,
    z.object({ id: bigIdOut }),
    sql`SELECT u.id FROM users u WHERE u.erased_at IS NOT NULL
          AND u.id IN (SELECT user_id FROM call_sessions WHERE agent_id = ${agentId}::int) ORDER BY u.id`,
  );
  return erased.map(({ id }) => id);
}
