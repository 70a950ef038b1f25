import { z } from "zod";
import type { Ctx } from "#lib/base/context";
import type { Db } from "#lib/database/db";
import { Refusal } from "#lib/base/errors";
import { execute, query, sql } from "#lib/database/sql";

/** The refusal for an id about which nothing is stored. */
export function userNotFound(userId: bigint): Refusal {
  return new Refusal("not_found", `Nothing is stored about user ${userId}; check the id.`);
}

/**
 * Locks the user, so that no promise and no call begins until the transaction ends. Refuses `not_found` when nothing
 * is stored about this id; a user whom the importing system removed may still have callbacks and calls.
 */
export async function lockUser(db: Db, userId: bigint): Promise<void> {
  const [user] = await query(
    db,
    z.object({ id: z.bigint() }),
    sql`SELECT id FROM users WHERE id = ${userId} FOR UPDATE`,
  );
  if (user) return;
  const [{ isKnown } = { isKnown: false }] = await query(
    db,
    z.object({ isKnown: z.boolean() }),
    sql`SELECT EXISTS (SELECT FROM callbacks WHERE user_id = ${userId}) OR EXISTS (SELECT FROM call_sessions WHERE user_id = ${userId})
            OR EXISTS (SELECT FROM call_queue WHERE user_id = ${userId}) OR EXISTS (SELECT FROM message_conversations WHERE user_id = ${userId})
            OR EXISTS (SELECT FROM message_keys WHERE lane IN (${`sms ${userId}`}, ${`email ${userId}`}) AND settled_at IS NULL) AS "isKnown"`,
  );
  if (!isKnown) throw userNotFound(userId);
}

/** The open callbacks of the user, locked in the order of their ids. */
export async function lockOpenCallbacks(db: Db, userId: bigint): Promise<number[]> {
  const rows = await query(
    db,
    z.object({ id: z.int() }),
    sql`SELECT id FROM callbacks WHERE user_id = ${userId} AND status IN ('pending', 'accepted') ORDER BY id FOR UPDATE`,
  );
  return rows.map(({ id }) => id);
}

/**
 * Locks what is live of the user in the queue, and then looks for a call. Refuses `user_on_call`: a call can neither
 * lose its user under the agent's hands nor be ended from here.
 */
export async function mustNotBeInCall(db: Db, userId: bigint): Promise<void> {
  const entries = await query(
    db,
    z.object({ isInCall: z.boolean() }),
    sql`SELECT call_session_id IS NOT NULL AS "isInCall" FROM live_entries
        WHERE user_id = ${userId} ORDER BY id FOR UPDATE`,
  );
  const calls = await query(
    db,
    z.object({ id: z.bigint() }),
    sql`SELECT id FROM open_calls s WHERE s.user_id = ${userId} AND NOT rings_too_long(s, ringback_now())`,
  );
  if (calls.length === 0 && !entries.some(({ isInCall }) => isInCall)) return;
  throw new Refusal(
    "user_on_call",
    `User ${userId} is in a call at this moment; record its outcome, then erase again.`,
  );
}

/** Takes the user out of the queue. The caller holds the locks of the entries. */
export async function closeEntries(ctx: Ctx, userId: bigint): Promise<void> {
  await execute(
    ctx.db,
    sql`UPDATE live_entries SET status = 'removed', closed_at = ${ctx.now}::timestamptz, closed_reason = 'the user was erased'
        WHERE user_id = ${userId}`,
  );
}

/** What the events of callbacks may go through until the transaction ends; a trigger refuses everything else. */
export async function letEvents(db: Db, may: "erase" | "retire"): Promise<void> {
  await query(db, z.object({ may: z.string() }), sql`SELECT set_config('ringback.events_may', ${may}, true) AS may`);
}
