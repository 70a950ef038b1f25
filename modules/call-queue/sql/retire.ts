import type { Db } from "#lib/database/db";
import { execute, sql } from "#lib/database/sql";
import type { Batch, Counts } from "../../module.ts";

/** Deletes the closed queue entries of these callbacks. Returns how many. */
export async function retireEntriesOf(db: Db, callbackIds: readonly number[]): Promise<number> {
  return execute(
    db,
    sql`DELETE FROM call_queue WHERE callback_id = ANY (${[...callbackIds]}::int[]) AND status IN ('completed', 'removed')`,
  );
}

/** Deletes queue entries without a callback that were closed before. */
export async function retireEntries(db: Db, { before, limit }: Batch): Promise<Counts> {
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
