import { z } from "zod";
import { removeWaiting } from "#modules/call-queue";
import { type Ctx, describeActor } from "#lib/base/context";
import { asJson, execute, query, type Sql, sql } from "#lib/database/sql";
import { event } from "./event.ts";

/** The promises to these users that name no number, and all those that name one of these numbers. */
type Marked = { userIds: readonly bigint[]; numbers: readonly string[] };
type Withdrawal = Marked & { why: string };

/**
 * Cancels these promises, so far as they are open, and takes them out of the queue, because the number may not be called any more. A
 * promise in a call at this moment stays until its outcome. Returns how many were cancelled.
 */
export async function cancelPromises(ctx: Ctx, withdrawal: Withdrawal): Promise<number> {
  const actor = describeActor(ctx.actor);
  return withdraw(
    ctx,
    withdrawal,
    sql`status = 'cancelled', cancelled_by = ${actor}, cancelled_at = ${ctx.now}::timestamptz, cancel_reason = ${withdrawal.why},
        quarantined_at = NULL, ${event(ctx, { type: "cancelled", why: withdrawal.why })}`,
  );
}

/**
 * Sets these promises, so far as they are open, aside, because the number is wrong, until the right one comes. A promise in a
 * call at this moment stays until its outcome. Returns how many were set aside.
 */
export async function setPromisesAside(ctx: Ctx, withdrawal: Withdrawal): Promise<number> {
  return withdraw(
    ctx,
    withdrawal,
    sql`status = 'pending', accepted_by_agent_id = NULL, accepted_at = NULL, quarantined_at = ${ctx.now}::timestamptz,
        ${event(ctx, { type: "quarantined", why: withdrawal.why, data: asJson({ code: "wrong_number" }) })}`,
  );
}

/**
 * Returns callbacks that were set aside for a wrong number, because the right number is known: they wait for their time again, or
 * are due.
 */
export async function returnPromises(ctx: Ctx, marked: Marked): Promise<void> {
  if (marked.userIds.length + marked.numbers.length === 0) return;
  await execute(
    ctx.db,
    sql`WITH held AS MATERIALIZED (
          SELECT c.id FROM callbacks c WHERE ${concerns(marked)} AND c.status = 'pending'
            AND c.quarantined_at IS NOT NULL AND c.event_data ->> 'code' = 'wrong_number' ORDER BY c.id FOR UPDATE
        )
        UPDATE callbacks c SET quarantined_at = NULL, failed_ticks = 0, ${event(ctx, { type: "returned", why: "The number was corrected." })}
        FROM held WHERE c.id = held.id`,
  );
}

/** The condition under which the promise `c` goes to one of these users or numbers. */
function concerns({ userIds, numbers }: Marked): Sql {
  return sql`((c.number IS NULL AND c.user_id = ANY (${userIds.map(String)}::text[]::bigint[])) OR c.number = ANY (${numbers}::text[]))`;
}

/** Locks in the order of all: callbacks, then entries. Regular entries of the users are removed as well. */
async function withdraw(ctx: Ctx, marked: Marked, change: Sql): Promise<number> {
  if (marked.userIds.length + marked.numbers.length === 0) return 0;
  const open = await query(
    ctx.db,
    z.object({ id: z.int(), userId: z.bigint() }),
    sql`SELECT c.id, c.user_id AS "userId" FROM callbacks c WHERE ${concerns(marked)} AND c.status IN ('pending', 'accepted')
        ORDER BY c.id FOR UPDATE`,
  );
  const callbackIds = open.map(({ id }) => id);
  const ownerIds = open.map(({ userId }) => userId);
  await removeWaiting(ctx, { callbackIds, ownerIds, userIds: marked.userIds }, "the user may not be called");
  return execute(
    ctx.db,
    sql`UPDATE callbacks c SET ${change}, failed_ticks = 0
        WHERE c.id = ANY (${callbackIds}::int[]) AND c.status IN ('pending', 'accepted')
          AND NOT EXISTS (SELECT FROM call_queue q WHERE q.callback_id = c.id AND q.status = 'assigned' AND q.call_session_id IS NOT NULL)`,
  );
}
