import { z } from "zod";
import type { Ctx } from "#lib/base/context";
import { Refusal } from "#lib/base/errors";
import { query, type Sql, sql } from "#lib/database/sql";

/**
 * Removes the live entry of a callback, and its name from an entry that stands for it. The caller holds the callback's
 * lock. Refuses `user_on_call` while a call on that entry is in progress: only its outcome may settle it.
 */
export async function removeFromQueue(ctx: Ctx, callbackId: number, reason: string): Promise<void> {
  const [entry] = await query(
    ctx.db,
    z.object({ isInCall: z.boolean() }),
    sql`WITH ${entryRemoved(ctx, callbackId, reason)} SELECT in_call AS "isInCall" FROM entry`,
  );
  if (entry?.isInCall) throw inCall();
}

/** The same as the first part of a statement that changes the callback too, unless its `entry` is in a call. */
export function entryRemoved({ now }: Ctx, callbackId: number, reason: string): Sql {
  return sql`entry AS MATERIALIZED (
          SELECT id, call_session_id IS NOT NULL AS in_call FROM live_entries
          WHERE callback_id = ${callbackId} FOR UPDATE
        ), removed AS (
          UPDATE call_queue q SET status = 'removed', closed_at = ${now}::timestamptz, closed_reason = ${reason}
          FROM entry WHERE q.id = entry.id AND NOT entry.in_call
        ), unnamed AS (
          UPDATE live_entries SET named_callback_ids = array_remove(named_callback_ids, ${callbackId}::int)
          WHERE NOT EXISTS (SELECT FROM entry) AND user_id = (SELECT user_id FROM callbacks WHERE id = ${callbackId})
            AND ${callbackId}::int = ANY (named_callback_ids)
        )`;
}

/** The refusal of a change to a callback that is being called. */
export function inCall(): Refusal {
  return new Refusal("user_on_call", "This callback is being called at this moment; record the outcome instead.");
}
