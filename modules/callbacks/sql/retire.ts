import type { Db } from "#lib/database/db";
import { execute, sql } from "#lib/database/sql";
import type { Batch, Counts } from "../../module.ts";

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
