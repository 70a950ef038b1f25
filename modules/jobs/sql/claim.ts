import { z } from "zod";
import type { Ctx } from "#lib/base/context";
import { inTransaction } from "#lib/database/db";
import { execute, query, sql } from "#lib/database/sql";
import { PROBE } from "../rules.ts";

const claimed = z
  .object({
    id: z.string(),
    claim: z.int(),
    attempt: z.int(),
    retries: z.int(),
    runId: z.int(),
    place: z.int(),
    modelId: z.string(),
    claimedAt: z.date(),
  })
  .transform((row) => ({ ...row, isLast: row.retries <= 0 }));
/** A job that is ours until it is settled, given back, or taken from us. `claim` is the fence: it rises with every claim. */
export type Claimed = Readonly<z.output<typeof claimed>>;

const CLAIMS = 7_270_740_014n;

/**
 * One at a time: who claims, and who pauses. Once a pause has been committed, a claim that begins sees it, and one that
 * began before has ended. A statement of its own, so that what follows it looks at the tables anew.
 */
export async function takeTurn(tx: Pick<Ctx, "db">): Promise<void> {
  await execute(tx.db, sql`SELECT pg_advisory_xact_lock(${CLAIMS})`);
}

/**
 * Takes up to `most` conversations that may begin now: of runs and models that nobody has paused, of each model not
 * more than it takes at once, and of the runs in the order of their weights and of what they were served before.
 */
export async function claimProbes(ctx: Pick<Ctx, "db">, most: number): Promise<Claimed[]> {
  return inTransaction(ctx, async (tx) => {
    await takeTurn(tx);
    const jobs = await query(tx.db, claimed, claimStatement(most));
    if (jobs.length > 0) await boundLag(tx, [...new Set(jobs.map(({ runId }) => runId))]);
    return jobs;
  });
}

const claimStatement = (most: number) => sql`
  WITH paused AS MATERIALIZED (
    SELECT scope, target FROM job_pauses WHERE ended_at IS NULL AND (until IS NULL OR until > ringback_now())
  ), busy AS MATERIALIZED (
    SELECT substr(group_id, strpos(group_id, '/') + 1) AS model_id, count(*)::int AS running
    FROM pgboss.job_common WHERE name = ${PROBE} AND state = 'active' AND group_id IS NOT NULL GROUP BY 1
  ), lanes AS MATERIALIZED (
    SELECT l.lane, l.run_id, l.model_id, s.served, s.weight, least(${most}::int, m.at_once - coalesce(b.running, 0)) AS room
    FROM job_lanes l JOIN job_shares s USING (run_id) JOIN job_models m USING (model_id) LEFT JOIN busy b USING (model_id)
    WHERE m.at_once > coalesce(b.running, 0) AND NOT EXISTS (
      SELECT FROM paused p
      WHERE p.scope = 'queue' OR (p.scope = 'run' AND p.target = l.run_id::text) OR (p.scope = 'model' AND p.target = l.model_id))
  ), heads AS MATERIALIZED (
    SELECT l.*, j.id,
           l.served + row_number() OVER (PARTITION BY l.run_id ORDER BY j.start_after, j.created_on, j.id)::float8 / l.weight AS turn
    FROM lanes l CROSS JOIN LATERAL (
      SELECT id, start_after, created_on FROM pgboss.job_common
      WHERE name = ${PROBE} AND group_id = l.lane AND state < 'active' AND NOT blocked AND start_after <= pgboss.job_now()
      ORDER BY start_after, created_on LIMIT l.room) j
  ), ranked AS (
    SELECT *, row_number() OVER (PARTITION BY model_id ORDER BY turn, run_id) AS of_model FROM heads
  ), chosen AS MATERIALIZED (
    SELECT id, run_id FROM ranked WHERE of_model <= room ORDER BY turn, run_id LIMIT ${most}
  ), served AS (
    UPDATE job_shares s SET served = s.served + c.jobs::float8 / s.weight
    FROM (SELECT run_id, count(*) AS jobs FROM chosen GROUP BY run_id) c WHERE s.run_id = c.run_id
  )
  UPDATE pgboss.job_common j SET state = 'active', started_on = pgboss.job_now(), heartbeat_on = pgboss.job_now(),
    retry_count = CASE WHEN started_on IS NULL THEN retry_count ELSE retry_count + 1 END,
    data = data || jsonb_build_object('claim', coalesce((data ->> 'claim')::int, 0) + 1)
  WHERE name = ${PROBE} AND id = ANY (ARRAY(SELECT id FROM chosen)) AND state < 'active'
  RETURNING j.id::text AS id, (data ->> 'claim')::int AS claim, retry_count + 1 AS attempt, retry_limit - retry_count AS retries,
    (data ->> 'runId')::int AS "runId", (data ->> 'place')::int AS place, substr(group_id, strpos(group_id, '/') + 1) AS "modelId", ringback_now() AS "claimedAt"`;

/** A run that could not go on, paused for hours, does not take everything afterwards until it has caught up. */
async function boundLag(tx: Pick<Ctx, "db">, runIds: readonly number[]): Promise<void> {
  await execute(
    tx.db,
    sql`WITH front AS (SELECT max(served) - 1 AS least FROM job_shares WHERE run_id = ANY (${[...runIds]}::int[]))
        UPDATE job_shares SET served = front.least FROM front WHERE served < front.least`,
  );
}

/** Whether everything is paused: then no analysis begins either. */
export async function wholePause(ctx: Pick<Ctx, "db">): Promise<boolean> {
  const found = await query(
    ctx.db,
    z.unknown(),
    sql`SELECT 1 FROM job_pauses WHERE scope = 'queue' AND ended_at IS NULL AND (until IS NULL OR until > ringback_now())`,
  );
  return found.length > 0;
}
