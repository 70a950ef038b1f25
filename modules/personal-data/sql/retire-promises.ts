import { z } from "zod";
import type { Db } from "#lib/database/db";
import { query, sql } from "#lib/database/sql";
import { letEvents } from "#modules/callbacks";
import type { Batch, Counts } from "../../module.ts";

const counts = z.object({
  callbacks: z.int(),
  events: z.int(),
  notifications: z.int(),
  queueEntries: z.int(),
  calls: z.int(),
});

/**
 * Deletes callbacks that ended before, with their events, notifications and queue entries, and with the calls that no
 * callback left needs: an open one may have been promised in the call that completed this one.
 */
export async function retirePromises(db: Db, { before, limit }: Batch): Promise<Counts> {
  await letEvents(db, "retire");
  const [row] = await query(
    db,
    counts,
    sql`
    WITH gone AS MATERIALIZED (
      SELECT id, original_call_session_id, completed_call_session_id FROM callbacks
      WHERE status IN ('completed', 'cancelled', 'failed') AND coalesce(completed_at, cancelled_at, failed_at) < ${before}::timestamptz
      ORDER BY coalesce(completed_at, cancelled_at, failed_at), id LIMIT ${limit}::int FOR UPDATE SKIP LOCKED
    ), unneeded AS MATERIALIZED (
      SELECT s.id FROM call_sessions s
      WHERE s.id = ANY (ARRAY(
              SELECT k.id FROM call_sessions k WHERE k.callback_id = ANY (ARRAY(SELECT id FROM gone))
              UNION SELECT original_call_session_id FROM gone
              UNION SELECT completed_call_session_id FROM gone))
        AND s.ended_at < ${before}::timestamptz
        AND NOT EXISTS (SELECT FROM callbacks c WHERE c.id = s.callback_id AND c.id <> ALL (ARRAY(SELECT id FROM gone)))
        AND NOT EXISTS (SELECT FROM callbacks c WHERE c.original_call_session_id = s.id AND c.id <> ALL (ARRAY(SELECT id FROM gone)))
        AND NOT EXISTS (SELECT FROM callbacks c WHERE c.completed_call_session_id = s.id AND c.id <> ALL (ARRAY(SELECT id FROM gone)))
      ORDER BY s.id FOR UPDATE OF s SKIP LOCKED
    ), calls AS (
      DELETE FROM call_sessions WHERE id = ANY (ARRAY(SELECT id FROM unneeded)) RETURNING 1
    ), entries AS (
      DELETE FROM call_queue WHERE callback_id = ANY (ARRAY(SELECT id FROM gone)) AND status IN ('completed', 'removed') RETURNING 1
    ), notifications AS (
      DELETE FROM callback_notifications WHERE callback_id = ANY (ARRAY(SELECT id FROM gone)) RETURNING 1
    ), events AS (
      DELETE FROM callback_events WHERE callback_id = ANY (ARRAY(SELECT id FROM gone)) RETURNING 1
    ), promises AS (
      DELETE FROM callbacks WHERE id = ANY (ARRAY(SELECT id FROM gone)) RETURNING 1
    )
    SELECT (SELECT count(*)::int FROM promises) AS callbacks, (SELECT count(*)::int FROM events) AS events,
           (SELECT count(*)::int FROM notifications) AS notifications, (SELECT count(*)::int FROM entries) AS "queueEntries",
           (SELECT count(*)::int FROM calls) AS calls`,
  );
  return row!;
}
