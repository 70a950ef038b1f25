import type { Db } from "#lib/database/db";
import { execute, sql } from "#lib/database/sql";
import type { Batch, Counts } from "../../module.ts";

/**
 * Deletes the calls of these callbacks, and those with these ids, that ended before and that no other callback needs: an open one
 * may have been promised in the call that completed one of these. Returns how many.
 */
export async function retireCallsOf(
  db: Db,
  { before, callbackIds, callSessionIds }: Readonly<{ before: Date; callbackIds: number[]; callSessionIds: bigint[] }>,
): Promise<number> {
  return execute(
    db,
    sql`WITH gone AS MATERIALIZED (SELECT ${callbackIds}::int[] AS ids), unneeded AS MATERIALIZED (
          SELECT s.id FROM call_sessions s, gone
          WHERE s.id = ANY (ARRAY(
                  SELECT k.id FROM call_sessions k WHERE k.callback_id = ANY (${callbackIds}::int[])
                  UNION SELECT unnest(${callSessionIds}::bigint[])))
            AND s.ended_at < ${before}::timestamptz
            AND NOT EXISTS (SELECT FROM callbacks c WHERE c.id = s.callback_id AND c.id <> ALL (gone.ids))
            AND NOT EXISTS (SELECT FROM callbacks c WHERE c.original_call_session_id = s.id AND c.id <> ALL (gone.ids))
            AND NOT EXISTS (SELECT FROM callbacks c WHERE c.completed_call_session_id = s.id AND c.id <> ALL (gone.ids))
          ORDER BY s.id FOR UPDATE OF s SKIP LOCKED
        )
        DELETE FROM call_sessions WHERE id = ANY (ARRAY(SELECT id FROM unneeded))`,
  );
}

/**
 * Deletes calls that ended before and that no callback names: regular and inbound calls, and calls that an earlier batch passed
 * over.
 */
export async function retireCalls(db: Db, { before, limit }: Batch): Promise<Counts> {
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
