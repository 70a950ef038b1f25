import { z } from "zod";
import type { Ctx } from "#lib/base/context";
import { query, sql } from "#lib/database/sql";
import { byRun } from "../store.ts";

const group = z.object({
  class: z.string(),
  code: z.string().nullable(),
  count: z.int(),
  models: z.array(z.string()),
  /** The error of the first of them. */
  sample: z.string().nullable(),
});
export type FailureGroup = z.infer<typeof group>;

/** Groups the failed items of each of these runs by class and code, the largest group first. */
export async function failureGroupsOf(ctx: Pick<Ctx, "db">, runIds: readonly number[]): Promise<FailureGroup[][]> {
  const found = await query(
    ctx.db,
    group.extend({ runId: z.int() }),
    sql`SELECT g.run_id AS "runId", g.class, g.code, g.count, g.models, i.error AS sample FROM (
          SELECT run_id, class, code, count(*)::int AS count, array_agg(DISTINCT model_id) AS models, min(place) AS place
          FROM run_items WHERE run_id = ANY (${[...runIds]}::int[]) AND state = 'failed' GROUP BY run_id, class, code) g
        JOIN run_items i ON i.run_id = g.run_id AND i.place = g.place ORDER BY g.count DESC, g.class, g.code`,
  );
  return byRun(runIds, found);
}
