import { z } from "zod";
import type { Ctx } from "#lib/base/context";
import { query, sql } from "#lib/database/sql";

const row = z.object({
  runId: z.int(),
  modelId: z.string(),
  total: z.int(),
  completed: z.int(),
  failed: z.int(),
  cancelled: z.int(),
  throttled: z.int(),
  stillRunning: z.int(),
  /**
   * Seconds until the remaining items of this model end at the pace of its last completions; null while fewer than five are
   * known.
   */
  secondsLeft: z.number().nullable(),
});
export type ModelProgress = z.infer<typeof row>;

/** The number of last completions that give the pace, and the minimum for it. */
const PACE = { most: 20, least: 5 };

/** Where the counts come from: the database, or what was read for the same answer. */
export type CountOf = (ctx: Pick<Ctx, "db">, runIds: readonly number[]) => Promise<readonly ModelProgress[]>;

/** The conversations of one row of `counted` that run now. */
const RUNNING = sql`FROM pgboss.job_common j WHERE j.name = 'probe_scenario' AND j.state = 'active'
  AND j.group_id = c.run_id || '/' || c.model_id`;

/** Counts the ended items of these runs, by model. The statements that end items keep the counts (`run_counts`). */
export async function countProgress(ctx: Pick<Ctx, "db">, runIds: readonly number[]): Promise<ModelProgress[]> {
  return query(
    ctx.db,
    row,
    sql`
    WITH counted AS MATERIALIZED (
      SELECT run_id, model_id, sum(total)::int AS total, sum(completed)::int AS completed, sum(failed)::int AS failed,
             sum(cancelled)::int AS cancelled, sum(throttled)::int AS throttled
      FROM run_counts WHERE run_id = ANY (${[...runIds]}::int[]) GROUP BY run_id, model_id
    )
    SELECT c.run_id AS "runId", c.model_id AS "modelId", total, completed, failed, cancelled,
      -- What was throttled stays so in run_counts until it ends, although it may run again by now.
      greatest(throttled - CASE WHEN throttled = 0 THEN 0 ELSE (
        SELECT count(*) ${RUNNING} AND EXISTS (SELECT 1 FROM run_items i WHERE i.job_id = j.id AND i.throttled_since IS NOT NULL)
      ) END, 0)::int AS throttled,
      (SELECT count(*) ${RUNNING})::int AS "stillRunning",
      CASE WHEN total = completed + failed + cancelled THEN 0 ELSE (
        SELECT CASE WHEN count(*) >= ${PACE.least} THEN (total - completed - failed - cancelled)
                 * extract(epoch FROM ringback_now() - min(ended_at)) / count(*) END
        FROM (SELECT ended_at FROM run_items i WHERE i.run_id = c.run_id AND i.model_id = c.model_id
                AND i.state IN ('completed', 'failed') ORDER BY ended_at DESC LIMIT ${PACE.most}) AS last
      ) END::float8 AS "secondsLeft"
    FROM counted c ORDER BY c.run_id, c.model_id`,
  );
}
