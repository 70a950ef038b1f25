import type { Ctx } from "#lib/base/context";
import { execute, type Sql, sql } from "#lib/database/sql";

/** Longer than any conversation: a call without an agent is over by then. */
const LONGEST_CALL_HOURS = 4;

/**
 * Gives up these calls without an outcome, because their agents stayed away until the lease was over; also a call that the
 * telephone has ended and whose outcome was awaited. An outcome that comes later is kept.
 */
export async function abandonCalls({ db, now }: Ctx, callSessionIds: readonly string[]): Promise<void> {
  if (callSessionIds.length === 0) return;
  await execute(
    db,
    sql`UPDATE call_sessions SET status = 'abandoned', awaits_outcome = false, ended_at = coalesce(ended_at, greatest(${now}::timestamptz, started_at))
        WHERE id = ANY (${callSessionIds}::text[]::bigint[]) AND (ended_at IS NULL OR awaits_outcome)`,
  );
}

/** Open calls that did not come from the queue and that nobody will end; in `p` the presence of their agents. */
const strayCalls = ({ now, limits }: Ctx): Sql => {
  const awaySince = sql`${new Date(now.getTime() - limits.callGraceMinutes * 60_000)}::timestamptz`;
  return sql`open_calls s LEFT JOIN agent_presence p ON p.agent_id = s.agent_id
    WHERE s.queue_entry_id IS NULL
      AND (coalesce(p.gone_since, p.last_activity) <= ${awaySince} AND s.started_at <= ${awaySince}
           OR rings_too_long(s, ${now}::timestamptz)
           OR s.started_at <= ${now}::timestamptz - make_interval(hours => ${LONGEST_CALL_HOURS}))`;
};

/** A condition: `abandonStrayCalls` would end something. */
export const haveStrayed = (ctx: Ctx): Sql => sql`EXISTS (SELECT FROM ${strayCalls(ctx)})`;

/**
 * Ends open calls that did not come from the queue and that nobody ended: their agent has been away for longer than a call is kept,
 * the call has rung for two minutes without an answer, or four hours have passed. Without this a lost report of a call's end would
 * keep its user from being called again. An agent who is here still writes the outcome.
 */
export async function abandonStrayCalls(ctx: Ctx): Promise<void> {
  await execute(
    ctx.db,
    sql`WITH stray AS MATERIALIZED (
          SELECT s.id, s.agent_id IS NOT NULL AND p.gone_since IS NULL AS is_at_desk
          FROM ${strayCalls(ctx)}
          FOR UPDATE OF s SKIP LOCKED
        )
        UPDATE call_sessions s SET status = 'abandoned', ended_at = ${ctx.now}::timestamptz, awaits_outcome = stray.is_at_desk
        FROM stray WHERE s.id = stray.id`,
  );
}
