import { z } from "zod";
import type { Ctx } from "#lib/base/context";
import { inTransaction } from "#lib/database/db";
import { execute, query, sql } from "#lib/database/sql";
import { correctCounts } from "./sql/correct-counts.ts";

/** How often an open run is compared (an ended run once), and the maximum number of runs in one sweep. */
const EVERY_MINUTES = 15;
const MAX = 5;
const RECOUNTS = 7_270_740_015n;

/**
 * Compares the counts of runs with their items and corrects differences, a few runs in each call. The statements that change
 * items keep the counts, so a difference means that rows were changed by hand. Returns how many rows differed.
 */
export async function recountRuns(ctx: Ctx): Promise<number> {
  const due = await query(
    ctx.db,
    z.object({ id: z.int() }),
    sql`SELECT id FROM runs WHERE ended_at IS NOT NULL AND (counted_at IS NULL OR counted_at <= ended_at)
        UNION ALL
        SELECT id FROM runs WHERE ended_at IS NULL AND coalesce(counted_at, created_at) < ${ctx.now}::timestamptz - ${EVERY_MINUTES}::int * interval '1 minute'
        LIMIT ${MAX}`,
  );
  let differed = 0;
  for (const { id } of due) differed += await recountRun(ctx, id);
  return differed;
}

/** One at a time, and in a statement that begins when the one before has committed: a difference is corrected once. */
async function recountRun(ctx: Ctx, runId: number): Promise<number> {
  return inTransaction(ctx, async (tx) => {
    await execute(tx.db, sql`SELECT pg_advisory_xact_lock(${RECOUNTS})`);
    const differed = await correctCounts(tx, runId);
    await execute(tx.db, sql`UPDATE runs SET counted_at = ringback_now() WHERE id = ${runId}`);
    if (differed > 0)
      tx.log.error({ runId, differed }, "the counts of a run differed from its items and were corrected");
    return differed;
  });
}
