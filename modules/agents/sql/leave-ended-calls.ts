import type { Ctx } from "#lib/base/context";
import { execute, type Sql, sql } from "#lib/database/sql";

const STALE: Sql = sql`agent_sessions s
  WHERE s.status = 'on_call' AND s.logout_at IS NULL
    AND NOT EXISTS (SELECT FROM call_sessions c WHERE c.agent_id = s.agent_id AND (c.ended_at IS NULL OR c.awaits_outcome))`;

/** A condition: `leaveEndedCalls` would take at least one agent off a call. */
export const haveEndedCalls: Sql = sql`EXISTS (SELECT FROM ${STALE})`;

/**
 * Takes agents off calls that have ended without an outcome, such as a call that was given back while its agent was away. An
 * agent who takes a call at this moment has a newer version of the row by then, and is left alone.
 */
export async function leaveEndedCalls(ctx: Ctx): Promise<void> {
  await execute(
    ctx.db,
    sql`WITH stale AS MATERIALIZED (
          SELECT s.id, s.xmin::text AS version FROM ${STALE}
        )
        UPDATE agent_sessions s SET status = coalesce(s.after_call, 'available'), after_call = NULL,
               status_since = greatest(s.status_since, ${ctx.now}::timestamptz)
        FROM stale WHERE s.id = stale.id AND s.xmin::text = stale.version`,
  );
}
