import { z } from "zod";
import type { Ctx } from "#lib/base/context";
import { query, sql } from "#lib/database/sql";

const task = z.object({
  itemId: z.string(),
  scenarioId: z.string(),
  modelId: z.string(),
  repetition: z.int(),
  status: z.enum(["completed", "failed", "cancelled"]),
  class: z.string().nullable(),
  error: z.string().nullable(),
  completedAt: z.date(),
});
export type Task = z.infer<typeof task>;

/** Reads the items of each of these runs that ended last, the latest first; each limit is one of `taskLimit`. */
export async function recentTasksOf(
  ctx: Pick<Ctx, "db">,
  wanted: readonly Readonly<{ runId: number; limit: number }>[],
): Promise<Task[][]> {
  const found = await query(
    ctx.db,
    task.extend({ asked: z.int() }),
    sql`SELECT w.asked::int AS asked, last.* FROM unnest(${wanted.map(({ runId }) => runId)}::int[], ${wanted.map(({ limit }) => limit)}::int[])
               WITH ORDINALITY AS w (run_id, most, asked)
        CROSS JOIN LATERAL (
          SELECT run_id || '-' || place AS "itemId", scenario_id AS "scenarioId", model_id AS "modelId", repetition, state AS status, class,
                 error, ended_at AS "completedAt"
          FROM run_items i WHERE i.run_id = w.run_id AND ended_at IS NOT NULL ORDER BY ended_at DESC, place LIMIT w.most) last
        ORDER BY w.asked, "completedAt" DESC, split_part("itemId", '-', 2)::int`,
  );
  const tasks = Map.groupBy(found, ({ asked }) => asked);
  return wanted.map((_, place) => (tasks.get(place + 1) ?? []).map(({ asked: _asked, ...one }) => one));
}
