import { z } from "zod";
import type { Ctx } from "#lib/context";
import { query, sql } from "#lib/sql";

const row = z.object({
  modelId: z.string(),
  total: z.int(),
  completed: z.int(),
  failed: z.int(),
  cancelled: z.int(),
  throttled: z.int(),
  stillRunning: z.int(),
  /** Seconds that what is left of this model takes at the pace of its last completions; null while fewer than five are known. */
  secondsLeft: z.number().nullable(),
});
export type ModelProgress = z.infer<typeof row>;

/** How many of the last completions say how fast a model is, and from how many on they do. */
const PACE = { most: 20, least: 5 };

/** What has ended of a run, counted from its items, by model. */
export async function countProgress(ctx: Pick<Ctx, "db">, runId: number): Promise<ModelProgress[]> {
  return query(
    ctx.db,
    row,
    sql`
    WITH counted AS MATERIALIZED (
      SELECT model_id, count(*)::int AS total, count(*) FILTER (WHERE state = 'completed')::int AS completed,
             count(*) FILTER (WHERE state = 'failed')::int AS failed, count(*) FILTER (WHERE state = 'cancelled')::int AS cancelled
      FROM run_items WHERE run_id = ${runId} GROUP BY model_id
    )
    SELECT c.model_id AS "modelId", total, completed, failed, cancelled,
      (SELECT count(*) FROM run_items i WHERE i.run_id = ${runId} AND i.model_id = c.model_id AND i.throttled_since IS NOT NULL
         AND i.is_live)::int AS throttled,
      (SELECT count(*) FROM pgboss.job_common j WHERE j.name = 'probe_scenario' AND j.state = 'active'
         AND j.group_id = ${`${runId}/`} || c.model_id)::int AS "stillRunning",
      CASE WHEN total = completed + failed + cancelled THEN 0 ELSE (
        SELECT CASE WHEN count(*) >= ${PACE.least} THEN (total - completed - failed - cancelled)
                 * extract(epoch FROM ringback_now() - min(ended_at)) / count(*) END
        FROM (SELECT ended_at FROM run_items i WHERE i.run_id = ${runId} AND i.model_id = c.model_id
                AND i.state IN ('completed', 'failed') ORDER BY ended_at DESC LIMIT ${PACE.most}) AS last
      ) END::float8 AS "secondsLeft"
    FROM counted c ORDER BY c.model_id`,
  );
}
