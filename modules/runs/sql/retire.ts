import type { Db } from "#lib/database/db";
import { execute, sql } from "#lib/database/sql";
import type { Batch, Counts } from "../../module.ts";

/** Maximum runs of one statement: a run may have a million items. */
export const RUNS = 10;

/**
 * Deletes runs that ended before, with their scenarios, transcripts, analyses and stories. A run with items that are being
 * retried stays.
 */
export async function retireRuns(db: Db, { before, limit }: Batch): Promise<Counts> {
  const runs = await execute(
    db,
    sql`WITH gone AS MATERIALIZED (
          SELECT id FROM runs r WHERE ended_at < ${before}::timestamptz AND NOT EXISTS (SELECT FROM run_items i WHERE i.run_id = r.id AND i.is_live)
          ORDER BY ended_at LIMIT ${limit}::int FOR UPDATE SKIP LOCKED
        )
        DELETE FROM runs WHERE id = ANY (ARRAY(SELECT id FROM gone))`,
  );
  return { runs };
}

/** Deletes definitions that were deleted by hand before: their runs have copies of the scenarios. */
export async function retireDefinitions(db: Db, { before, limit }: Batch): Promise<Counts> {
  const runDefinitions = await execute(
    db,
    sql`WITH gone AS MATERIALIZED (
          SELECT id FROM run_definitions WHERE deleted_at < ${before}::timestamptz ORDER BY id LIMIT ${limit}::int FOR UPDATE SKIP LOCKED
        )
        DELETE FROM run_definitions WHERE id = ANY (ARRAY(SELECT id FROM gone))`,
  );
  return { runDefinitions };
}
