import type { Ctx } from "#lib/base/context";
import { execute, sql } from "#lib/database/sql";

/** The place of a callback in line, and from when until when it may be offered. */
type Place = { score: number; from: Date; until: Date | null; why: string };

/**
 * Puts a callback whose entry was just removed back in line for any agent, with the queue and the covered callbacks of that
 * entry. The caller holds the callback's lock.
 */
export async function returnToLine(
  { db, now }: Ctx,
  callbackId: number,
  { score, from, until, why }: Place,
): Promise<void> {
  await execute(
    db,
    sql`INSERT INTO call_queue (user_id, queue_type, priority_score, status, queue_reason, callback_id, named_callback_ids, available_from, available_until, created_at)
        SELECT user_id, queue_type, ${score}, 'pending', ${why}, callback_id,
               named_callback_ids, ${from}::timestamptz, ${until}::timestamptz, ${now}::timestamptz
        FROM call_queue WHERE callback_id = ${callbackId} ORDER BY id DESC LIMIT 1`,
  );
}
