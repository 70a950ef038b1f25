import { z } from "zod";
import type { ReadCtx } from "#lib/base/context";
import { isoUtc, query, sql } from "#lib/database/sql";
import { TASK_STATES } from "../rules.ts";
import { listAnswer } from "../schema.ts";

const row = listAnswer
  .pick({ oldestPendingSeconds: true, parked: true, refused: true })
  .extend({ counts: z.partialRecord(z.enum(TASK_STATES), z.int()) });

/**
 * Counts the tasks in each state that has any, the age of the oldest pending one in whole seconds (null without one), the
 * parked results that wait for their task, and the ten results that were refused last, latest first.
 */
export async function countTasks(ctx: ReadCtx): Promise<z.infer<typeof row>> {
  const [counted] = await query(
    ctx.db,
    row,
    sql`SELECT coalesce((SELECT jsonb_object_agg(state, n) FROM (SELECT state, count(*)::int AS n FROM cursor_tasks GROUP BY state) c), '{}') AS counts,
               (SELECT floor(extract(epoch FROM ringback_now() - min(created_at)))::int FROM cursor_tasks WHERE state = 'pending') AS "oldestPendingSeconds",
               (SELECT count(*)::int FROM parked_results WHERE refused_why IS NULL) AS parked,
               coalesce((SELECT jsonb_agg(jsonb_build_object('at', ${isoUtc(sql`r.received_at`)}, 'about', r.about, 'why', r.refused_why) ORDER BY r.received_at DESC)
                         FROM (SELECT * FROM parked_results WHERE refused_why IS NOT NULL ORDER BY received_at DESC LIMIT 10) r), '[]') AS refused`,
  );
  return counted!;
}
