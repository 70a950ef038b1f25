import type { Db } from "#lib/database/db";
import { execute, sql } from "#lib/database/sql";

/** Longer than any conversation: a call nobody is named for is over by then. */
const LONGEST_CALL_HOURS = 4;

/**
 * Ends open calls that no queue entry watches over: their agent has been away for the accepted grace, it has
 * rung for two minutes without an answer, or four hours have passed. Without this a lost "call ended" would keep the
 * user from ever being called. An agent who is here still writes what came of the call.
 */
export async function abandonStrayCalls(db: Db, { now, awaySince }: { now: Date; awaySince: Date }): Promise<void> {
  await execute(
    db,
    sql`WITH stray AS MATERIALIZED (
          SELECT s.id, s.agent_id IS NOT NULL AND p.gone_since IS NULL AS is_at_desk
          FROM call_sessions s LEFT JOIN agent_presence p ON p.agent_id = s.agent_id
          WHERE s.status IN ('initiated', 'ringing', 'in_progress') AND s.queue_entry_id IS NULL
            AND (coalesce(p.gone_since, p.last_activity) <= ${awaySince}::timestamptz AND s.started_at <= ${awaySince}::timestamptz
                 OR rings_too_long(s, ${now}::timestamptz)
                 OR s.started_at <= ${now}::timestamptz - make_interval(hours => ${LONGEST_CALL_HOURS}))
          FOR UPDATE OF s SKIP LOCKED
        )
        UPDATE call_sessions s SET status = 'abandoned', ended_at = ${now}::timestamptz, awaits_outcome = stray.is_at_desk
        FROM stray WHERE s.id = stray.id`,
  );
}
