import type { z } from "zod";
import type { ReadCtx } from "#lib/base/context";
import { joined, query, sql } from "#lib/database/sql";
import { conditionsOf, ONLY } from "./filter.ts";
import { countsAnswer, type countsInput } from "./schema.ts";

/**
 * How many callbacks fit the filter and are late, due, open, accepted or without an agent, each as `listCallbacks` lists them, and
 * how many are scheduled between `from` and `to`. Settled callbacks are not counted, because their number grows without end.
 */
export async function countCallbacks(
  ctx: ReadCtx,
  { from, to, ...input }: z.infer<typeof countsInput>,
): Promise<z.infer<typeof countsAnswer>> {
  const wanted = joined(conditionsOf(input), " AND ");
  const inSpan = joined(conditionsOf({ ...input, from, to }), " AND ");
  const [counts] = await query(
    ctx.db,
    countsAnswer,
    sql`SELECT count(*) FILTER (WHERE ${ONLY.late})::int AS late, count(*) FILTER (WHERE ${ONLY.due})::int AS due,
               count(*)::int AS open, count(*) FILTER (WHERE c.status = 'accepted')::int AS accepted,
               count(*) FILTER (WHERE ${ONLY.unassigned})::int AS unassigned,
               (SELECT count(*)::int FROM callbacks c WHERE ${inSpan}) AS "inSpan", ringback_now() AS now
        FROM callbacks c WHERE c.status IN ('pending', 'accepted') AND ${wanted}`,
  );
  return counts!;
}
