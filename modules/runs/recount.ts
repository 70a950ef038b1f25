import { z } from "zod";
import type { Ctx } from "#lib/base/context";
import { inTransaction } from "#lib/database/db";
import { execute, query, sql } from "#lib/database/sql";
import { countedItems } from "./sql/counts.ts";

/** A run that goes on is compared this often, and every run once after it has ended; so many in one sweep. */
const EVERY_MINUTES = 15;
const MAX = 5;
const RECOUNTS = 7_270_740_015n;

/**
 * Compares the counts of runs with their items and corrects what differs, a few runs in each call. The statements that change
 * items keep the counts, so a difference means that somebody changed rows behind them. Returns how many rows differed.
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
    // Differences are added and not written over: what items change meanwhile is added by their own statements.
    const differed = await execute(
      tx.db,
      sql`WITH items AS MATERIALIZED (${countedItems(sql`run_id = ${runId}`)}),
          delta AS MATERIALIZED (
            SELECT run_id, model_id, part, sum(total) AS total, sum(completed) AS completed, sum(failed) AS failed, sum(cancelled) AS cancelled,
                   sum(live) AS live, sum(throttled) AS throttled, sum(tokens) AS tokens
            FROM (SELECT * FROM items UNION ALL
                  SELECT run_id, model_id, part, -total, -completed, -failed, -cancelled, -live, -throttled, -tokens
                  FROM run_counts WHERE run_id = ${runId}) both_sides GROUP BY 1, 2, 3
          )
          INSERT INTO run_counts AS c SELECT * FROM delta
          WHERE (total, completed, failed, cancelled, live, throttled, tokens) <> (0, 0, 0, 0, 0, 0, 0) ORDER BY run_id, model_id, part
          ON CONFLICT (run_id, model_id, part) DO UPDATE SET total = c.total + EXCLUDED.total, completed = c.completed + EXCLUDED.completed,
            failed = c.failed + EXCLUDED.failed, cancelled = c.cancelled + EXCLUDED.cancelled, live = c.live + EXCLUDED.live,
            throttled = c.throttled + EXCLUDED.throttled, tokens = c.tokens + EXCLUDED.tokens`,
    );
    await execute(tx.db, sql`UPDATE runs SET counted_at = ringback_now() WHERE id = ${runId}`);
    if (differed > 0)
      tx.log.error({ runId, differed }, "the counts of a run differed from its items and were corrected");
    return differed;
  });
}
