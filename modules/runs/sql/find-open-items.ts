import { z } from "zod";
import type { Ctx } from "#lib/base/context";
import { query, sql } from "#lib/database/sql";

const openItem = z.object({
  itemId: z.string(),
  runId: z.int(),
  scenarioId: z.string(),
  modelId: z.string(),
  jobId: z.string(),
  /** Whether its run was cancelled; the item follows. */
  isCancelled: z.boolean(),
});
export type OpenItem = z.infer<typeof openItem>;

/** The columns of a live item `i`, without `isCancelled`. */
const COLUMNS = sql`i.run_id || '-' || i.place AS "itemId", i.run_id AS "runId", i.scenario_id AS "scenarioId", i.model_id AS "modelId",
  i.job_id::text AS "jobId"`;

/** Reads the live items of each of these runs in the order of the run, at most `limit` of each. */
export async function findOpenItems(
  ctx: Pick<Ctx, "db">,
  runIds: readonly number[],
  limit: number,
): Promise<OpenItem[]> {
  return query(
    ctx.db,
    openItem,
    sql`SELECT i.*, r.status = 'CANCELLED' AS "isCancelled" FROM unnest(${[...runIds]}::int[]) AS w (run_id) JOIN runs r ON r.id = w.run_id
        CROSS JOIN LATERAL (
          SELECT ${COLUMNS}, place FROM run_items i WHERE run_id = w.run_id AND is_live ORDER BY place LIMIT ${limit}) i
        ORDER BY "runId", place`,
  );
}

/** Reads those of these items that are live, in any order. */
export async function findLiveItems(
  ctx: Pick<Ctx, "db">,
  keys: readonly Readonly<{ runId: number; place: number }>[],
): Promise<OpenItem[]> {
  return query(
    ctx.db,
    openItem,
    sql`SELECT ${COLUMNS}, r.status = 'CANCELLED' AS "isCancelled"
        FROM unnest(${keys.map(({ runId }) => runId)}::int[], ${keys.map(({ place }) => place)}::int[]) AS w (run_id, place)
        JOIN run_items i USING (run_id, place) JOIN runs r ON r.id = i.run_id WHERE i.is_live`,
  );
}
