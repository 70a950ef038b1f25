import { z } from "zod";
import type { Db } from "#lib/database/db";
import { execute, query, sql } from "#lib/database/sql";
import { letEvents } from "../store.ts";
import type { Deleted } from "../schema.ts";

/** What began or ended before this instant goes, so many rows at a time, oldest first. */
export type Batch = { before: Date; limit: number };

const counts = z.object({
  callbacks: z.int(),
  events: z.int(),
  notifications: z.int(),
  queueEntries: z.int(),
  calls: z.int(),
});

// One batch each, in one statement. What somebody else holds at this moment is passed over; the next sweep finds it.

/**
 * Deletes callbacks that ended before, with their events, notifications and queue entries, and with the calls that no
 * callback left needs: an open one may have been promised in the call that completed this one.
 */
export async function retireCallbacks(db: Db, { before, limit }: Batch): Promise<Partial<Deleted>> {
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

/** Deletes calls that ended before and that no callback names: regular and inbound ones, and what a batch passed over. */
export async function retireCalls(db: Db, { before, limit }: Batch): Promise<Partial<Deleted>> {
  const calls = await execute(
    db,
    sql`WITH gone AS MATERIALIZED (
          SELECT s.id FROM call_sessions s
          WHERE s.started_at < ${before}::timestamptz AND s.ended_at < ${before}::timestamptz
            AND NOT EXISTS (SELECT FROM callbacks c WHERE c.id = s.callback_id)
            AND NOT EXISTS (SELECT FROM callbacks c WHERE c.original_call_session_id = s.id)
            AND NOT EXISTS (SELECT FROM callbacks c WHERE c.completed_call_session_id = s.id)
          ORDER BY s.started_at, s.id LIMIT ${limit}::int FOR UPDATE OF s SKIP LOCKED
        )
        DELETE FROM call_sessions WHERE id = ANY (ARRAY(SELECT id FROM gone))`,
  );
  return { calls };
}

/** Deletes queue entries without a callback that were closed before. */
export async function retireEntries(db: Db, { before, limit }: Batch): Promise<Partial<Deleted>> {
  const queueEntries = await execute(
    db,
    sql`WITH gone AS MATERIALIZED (
          SELECT id FROM call_queue WHERE status IN ('completed', 'removed') AND callback_id IS NULL AND closed_at < ${before}::timestamptz
          ORDER BY id LIMIT ${limit}::int FOR UPDATE SKIP LOCKED
        )
        DELETE FROM call_queue WHERE id = ANY (ARRAY(SELECT id FROM gone))`,
  );
  return { queueEntries };
}

/** Deletes ticks that started before, but for the last one: it says how long the desk has stood still. */
export async function retireTicks(db: Db, { before, limit }: Batch): Promise<Partial<Deleted>> {
  const tickRuns = await execute(
    db,
    sql`WITH gone AS MATERIALIZED (
          SELECT id FROM tick_runs WHERE started_at < ${before}::timestamptz AND id <> (SELECT max(id) FROM tick_runs)
          ORDER BY started_at, id LIMIT ${limit}::int FOR UPDATE SKIP LOCKED
        )
        DELETE FROM tick_runs WHERE id = ANY (ARRAY(SELECT id FROM gone))`,
  );
  return { tickRuns };
}

/** Deletes idempotency keys that were taken before. */
export async function retireKeys(db: Db, { before, limit }: Batch): Promise<Partial<Deleted>> {
  const idempotencyKeys = await execute(
    db,
    sql`WITH gone AS MATERIALIZED (
          SELECT scope, key FROM idempotency_keys WHERE created_at < ${before}::timestamptz
          ORDER BY created_at LIMIT ${limit}::int FOR UPDATE SKIP LOCKED
        )
        DELETE FROM idempotency_keys k USING gone WHERE k.scope = gone.scope AND k.key = gone.key`,
  );
  return { idempotencyKeys };
}
