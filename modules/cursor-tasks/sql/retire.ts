import type { Db } from "#lib/database/db";
import { execute, sql } from "#lib/database/sql";
import type { Batch, Counts } from "../../module.ts";

/** Deletes expired tasks, with their story, that have not changed since. */
export async function retireTasks(db: Db, { before, limit }: Batch): Promise<Counts> {
  const cursorTasks = await execute(
    db,
    sql`WITH gone AS MATERIALIZED (
          SELECT task_id FROM cursor_tasks
          WHERE created_at < ${before}::timestamptz AND event_at < ${before}::timestamptz AND expires_at < ${before}::timestamptz
            AND state IN ('delivered', 'undeliverable', 'expired')
          ORDER BY created_at LIMIT ${limit}::int FOR UPDATE SKIP LOCKED
        )
        DELETE FROM cursor_tasks WHERE task_id = ANY (ARRAY(SELECT task_id FROM gone))`,
  );
  return { cursorTasks };
}

/** Deletes older results whose task was never registered or did not take them. */
export async function retireParked(db: Db, { before, limit }: Batch): Promise<Counts> {
  const parkedResults = await execute(
    db,
    sql`WITH gone AS MATERIALIZED (
          SELECT reference FROM parked_results WHERE received_at < ${before}::timestamptz
          ORDER BY received_at LIMIT ${limit}::int FOR UPDATE SKIP LOCKED
        )
        DELETE FROM parked_results WHERE reference = ANY (ARRAY(SELECT reference FROM gone))`,
  );
  return { parkedResults };
}

/** Deletes the records of conversations that ended before. */
export async function retireConversations(db: Db, { before, limit }: Batch): Promise<Counts> {
  const endedConversations = await execute(
    db,
    sql`WITH gone AS MATERIALIZED (
          SELECT conversation_id FROM ended_conversations WHERE ended_at < ${before}::timestamptz
          ORDER BY ended_at LIMIT ${limit}::int FOR UPDATE SKIP LOCKED
        )
        DELETE FROM ended_conversations WHERE conversation_id = ANY (ARRAY(SELECT conversation_id FROM gone))`,
  );
  return { endedConversations };
}
