import type { Db } from "#lib/database/db";
import { execute, sql } from "#lib/database/sql";
import type { Batch, Counts } from "../../module.ts";

/** A run may have a million items; so few go in one statement. */
export const RUNS = 10;

/** Deletes runs that ended before, with their scenarios, transcripts, analyses and stories. One of which something is tried again stays. */
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

/** Deletes definitions that were deleted before: their runs have taken what they need of them. */
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
