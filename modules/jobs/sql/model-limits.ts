import { z } from "zod";
import type { Ctx } from "#lib/base/context";
import { queryDirect } from "#lib/database/direct";
import { execute, query, sql, UNFLUSHED } from "#lib/database/sql";
import { together } from "#lib/database/together";
import { BATCH_SIZE, PROBE } from "../rules.ts";

/** Gives models that have no limit yet the first one. A model that has a limit keeps it. */
export async function knowModels(ctx: Pick<Ctx, "db">, models: readonly string[]): Promise<void> {
  await execute(
    ctx.db,
    sql`INSERT INTO job_models (model_id, at_once) SELECT model_id, ${BATCH_SIZE.first} FROM unnest(${[...models]}::text[]) AS m (model_id)
        ORDER BY model_id ON CONFLICT DO NOTHING`,
  );
}

/**
 * Halves the limit of a model that answered "too many requests" to a conversation that began at `begunAt`. A conversation that
 * began before the last cut changes nothing: the cut has answered it already.
 */
export async function cutLimit(ctx: Pick<Ctx, "db" | "now">, modelId: string, begunAt: Date): Promise<void> {
  await execute(
    ctx.db,
    sql`UPDATE job_models SET at_once = greatest(at_once / 2, ${BATCH_SIZE.least}), successes = 0, cut_at = ${ctx.now}::timestamptz
        WHERE model_id = ${modelId} AND (cut_at IS NULL OR cut_at < ${begunAt}::timestamptz)`,
  );
}

const grown = z.unknown();

/**
 * Counts an answer of a model whose limit is used up. After as many such answers as the limit the model takes one more conversation
 * at once, up to the largest batch size. An answer while fewer conversations are active changes nothing. Answers of one moment are
 * counted by one statement.
 */
export const growLimit = together<Pick<Ctx, "db">, string, null>(async (ctx, modelIds) => {
  // A count that a crash of the database undoes is made up for by the next answers.
  await queryDirect(
    ctx.db,
    grown,
    sql`WITH grown AS MATERIALIZED (
          SELECT m.model_id, a.answers FROM job_models m
          JOIN (SELECT model_id, count(*)::int AS answers FROM unnest(${[...modelIds]}::text[]) AS a (model_id) GROUP BY 1) a USING (model_id)
          WHERE m.at_once < ${BATCH_SIZE.most} AND m.at_once <= a.answers + (
            SELECT count(*) FROM pgboss.job_common
            WHERE name = ${PROBE} AND state = 'active' AND group_id IN (SELECT lane FROM job_lanes l WHERE l.model_id = m.model_id))
          ORDER BY m.model_id FOR UPDATE OF m)
        UPDATE job_models m SET
          at_once = CASE WHEN successes + g.answers >= at_once THEN least(at_once + 1, ${BATCH_SIZE.most}) ELSE at_once END,
          successes = CASE WHEN successes + g.answers >= at_once THEN 0 ELSE successes + g.answers END
        FROM grown g WHERE m.model_id = g.model_id AND ${UNFLUSHED} RETURNING 1`,
  );
  return modelIds.map(() => null);
});

const limitRow = z.object({ modelId: z.string(), atOnce: z.int(), running: z.int(), cutAt: z.date().nullable() });
export type ModelLimit = z.infer<typeof limitRow>;

/** Lists the models with the number of conversations that each takes at once and the number that are active now. */
export async function modelLimits(ctx: Pick<Ctx, "db">): Promise<ModelLimit[]> {
  return query(
    ctx.db,
    limitRow,
    sql`SELECT model_id AS "modelId", at_once AS "atOnce", cut_at AS "cutAt", coalesce(running, 0)::int AS running
        FROM job_models LEFT JOIN (
          SELECT substr(group_id, strpos(group_id, '/') + 1) AS model_id, count(*) AS running FROM pgboss.job_common
          WHERE name = ${PROBE} AND state = 'active' AND group_id IS NOT NULL GROUP BY 1) b USING (model_id)
        ORDER BY model_id`,
  );
}
