import { z } from "zod";
import type { Db } from "#lib/database/db";
import { execute, query, sql } from "#lib/database/sql";
import type { Batch, Counts } from "../../module.ts";
import { letEvents } from "./let-events.ts";

const ended = z.object({ id: z.int(), calls: z.array(z.bigint()) });

/**
 * Locks callbacks that ended before, oldest first, and returns them with the calls in which they were promised and settled. Passes over
 * those that another transaction holds.
 */
export async function lockEnded(db: Db, { before, limit }: Batch): Promise<z.infer<typeof ended>[]> {
  return query(
    db,
    ended,
    sql`SELECT id, array_remove(ARRAY[original_call_session_id, completed_call_session_id], NULL) AS calls FROM callbacks
        WHERE status IN ('completed', 'cancelled', 'failed') AND coalesce(completed_at, cancelled_at, failed_at) < ${before}::timestamptz
        ORDER BY coalesce(completed_at, cancelled_at, failed_at), id LIMIT ${limit}::int FOR UPDATE SKIP LOCKED`,
  );
}

const retired = z.object({ callbacks: z.int(), events: z.int(), notifications: z.int() });

/** Deletes callbacks that ended, with their notifications and events, in one statement as a trigger wants it. The caller has locked them. */
export async function retireCallbacks(db: Db, callbackIds: readonly number[]): Promise<Counts> {
  await letEvents(db, "retire");
  const ids = sql`${[...callbackIds]}::int[]`;
  const [counts] = await query(
    db,
    retired,
    sql`WITH notifications AS (
          DELETE FROM callback_notifications WHERE callback_id = ANY (${ids}) RETURNING 1
        ), events AS (
          DELETE FROM callback_events WHERE callback_id = ANY (${ids}) RETURNING 1
        ), promises AS (
          DELETE FROM callbacks WHERE id = ANY (${ids}) RETURNING 1
        )
        SELECT (SELECT count(*)::int FROM promises) AS callbacks, (SELECT count(*)::int FROM events) AS events,
               (SELECT count(*)::int FROM notifications) AS notifications`,
  );
  return counts!;
}

/** Deletes ticks that started before, except the last one: it tells since when no tick has run. */
export async function retireTicks(db: Db, { before, limit }: Batch): Promise<Counts> {
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
