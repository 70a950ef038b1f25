import type { Db } from "#lib/database/db";
import { execute, sql } from "#lib/database/sql";
import type { Deleted } from "../schema.ts";
import type { Batch } from "./retire.ts";

/** A run may have a million items; so few go in one statement. */
export const RUNS = 10;

/** Deletes runs that ended before, with their scenarios, transcripts, analyses and stories. One of which something is tried again stays. */
export async function retireRuns(db: Db, { before, limit }: Batch): Promise<Partial<Deleted>> {
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
export async function retireDefinitions(db: Db, { before, limit }: Batch): Promise<Partial<Deleted>> {
  const runDefinitions = await execute(
    db,
    sql`WITH gone AS MATERIALIZED (
          SELECT id FROM run_definitions WHERE deleted_at < ${before}::timestamptz ORDER BY id LIMIT ${limit}::int FOR UPDATE SKIP LOCKED
        )
        DELETE FROM run_definitions WHERE id = ANY (ARRAY(SELECT id FROM gone))`,
  );
  return { runDefinitions };
}

/** Deletes pauses that ended before, with why they were made. */
export async function retirePauses(db: Db, { before, limit }: Batch): Promise<Partial<Deleted>> {
  const runPauses = await execute(
    db,
    sql`WITH gone AS MATERIALIZED (
          SELECT id FROM job_pauses WHERE ended_at < ${before}::timestamptz ORDER BY id LIMIT ${limit}::int FOR UPDATE SKIP LOCKED
        )
        DELETE FROM job_pauses WHERE id = ANY (ARRAY(SELECT id FROM gone))`,
  );
  return { runPauses };
}
