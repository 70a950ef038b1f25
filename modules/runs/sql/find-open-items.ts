import { z } from "zod";
import type { Ctx } from "#lib/base/context";
import { query, sql } from "#lib/database/sql";

const openItem = z.object({
  runId: z.int(),
  place: z.int(),
  scenarioId: z.string(),
  modelId: z.string(),
  jobId: z.string(),
});

/** Reads the live items of each of these runs in the order of the run, at most `limit` of each. */
export async function findOpenItems(
  ctx: Pick<Ctx, "db">,
  runIds: readonly number[],
  limit: number,
): Promise<z.infer<typeof openItem>[]> {
  return query(
    ctx.db,
    openItem,
    sql`SELECT i.* FROM unnest(${[...runIds]}::int[]) AS w (run_id) CROSS JOIN LATERAL (
          SELECT run_id AS "runId", place, scenario_id AS "scenarioId", model_id AS "modelId", job_id::text AS "jobId" FROM run_items
          WHERE run_id = w.run_id AND is_live ORDER BY place LIMIT ${limit}) i
        ORDER BY "runId", place`,
  );
}
