import type { Db } from "#lib/database/db";
import { execute, sql } from "#lib/database/sql";
import type { Batch, Counts } from "../../module.ts";

/** Deletes pauses that ended before, with their reasons. */
export async function retirePauses(db: Db, { before, limit }: Batch): Promise<Counts> {
  const runPauses = await execute(
    db,
    sql`WITH gone AS MATERIALIZED (
          SELECT id FROM job_pauses WHERE ended_at < ${before}::timestamptz ORDER BY id LIMIT ${limit}::int FOR UPDATE SKIP LOCKED
        )
        DELETE FROM job_pauses WHERE id = ANY (ARRAY(SELECT id FROM gone))`,
  );
  return { runPauses };
}
