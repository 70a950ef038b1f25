import { z } from "zod";
import { type Ctx, describeActor } from "#lib/context";
import { execute, query, type Sql, sql } from "#lib/sql";

type Withdrawal = { userIds: readonly bigint[]; why: string };

/**
 * Cancels the open promises to these users and takes them out of the queue, because they may not be called any more. A
 * promise in a call at this moment stays until its outcome. Returns how many were cancelled.
 */
export async function cancelPromises(ctx: Ctx, withdrawal: Withdrawal): Promise<number> {
  const actor = describeActor(ctx.actor);
  return withdraw(
    ctx,
    withdrawal,
    sql`status = 'cancelled', cancelled_by = ${actor}, cancelled_at = ${ctx.now}::timestamptz, cancel_reason = ${withdrawal.why},
        quarantined_at = NULL, event_type = 'cancelled', event_data = '{}'::jsonb`,
  );
}

/**
 * Sets the open promises to these users aside, because their number is wrong, until the right one comes. A promise in a
 * call at this moment stays until its outcome. Returns how many were set aside.
 */
export async function setPromisesAside(ctx: Ctx, withdrawal: Withdrawal): Promise<number> {
  return withdraw(
    ctx,
    withdrawal,
    sql`status = 'pending', accepted_by_agent_id = NULL, accepted_at = NULL, quarantined_at = ${ctx.now}::timestamptz,
        event_type = 'quarantined', event_data = '{"code": "wrong_number"}'::jsonb`,
  );
}

/** The right number came: what was set aside for the wrong one waits for its time again, or is due. */
export async function returnPromises(ctx: Ctx, userIds: readonly bigint[]): Promise<void> {
  if (userIds.length === 0) return;
  await execute(
    ctx.db,
    sql`WITH held AS MATERIALIZED (
          SELECT id FROM callbacks WHERE user_id = ANY (${userIds.map(String)}::text[]::bigint[]) AND status = 'pending'
            AND quarantined_at IS NOT NULL AND event_data ->> 'code' = 'wrong_number' ORDER BY id FOR UPDATE
        )
        UPDATE callbacks c SET quarantined_at = NULL, failed_ticks = 0, event_type = 'returned', event_at = ${ctx.now}::timestamptz,
               event_actor = ${describeActor(ctx.actor)}, event_why = 'The number was corrected.', event_data = '{}'::jsonb
        FROM held WHERE c.id = held.id`,
  );
}

/** Locks in the order of all: callbacks, then entries. What is regular goes as well. */
async function withdraw(ctx: Ctx, { userIds, why }: Withdrawal, change: Sql): Promise<number> {
  if (userIds.length === 0) return 0;
  const users = sql`${userIds.map(String)}::text[]::bigint[]`;
  const lock = async (statement: Sql): Promise<void> => {
    await query(ctx.db, z.object({ id: z.int() }), statement);
  };
  await lock(
    sql`SELECT id FROM callbacks WHERE user_id = ANY (${users}) AND status IN ('pending', 'accepted') ORDER BY id FOR UPDATE`,
  );
  await lock(
    sql`SELECT id FROM call_queue WHERE user_id = ANY (${users}) AND status IN ('pending', 'assigned') ORDER BY id FOR UPDATE`,
  );
  const changed = await query(
    ctx.db,
    z.object({ id: z.int() }),
    sql`WITH closed AS (
          UPDATE call_queue SET status = 'removed', closed_at = ${ctx.now}::timestamptz, closed_reason = 'the user may not be called'
          WHERE user_id = ANY (${users}) AND status IN ('pending', 'assigned') AND call_session_id IS NULL
        ), alone AS (
          UPDATE call_queue SET named_callback_ids = '{}'
          WHERE user_id = ANY (${users}) AND status = 'assigned' AND call_session_id IS NOT NULL AND named_callback_ids <> '{}'
        )
        UPDATE callbacks c SET ${change}, failed_ticks = 0, event_at = ${ctx.now}::timestamptz,
               event_actor = ${describeActor(ctx.actor)}, event_why = ${why}
        WHERE c.user_id = ANY (${users}) AND c.status IN ('pending', 'accepted')
          AND NOT EXISTS (SELECT FROM call_queue q WHERE q.callback_id = c.id AND q.status = 'assigned' AND q.call_session_id IS NOT NULL)
        RETURNING c.id`,
  );
  return changed.length;
}
