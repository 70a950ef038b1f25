import { z } from "zod";
import type { Ctx } from "#lib/base/context";
import { query, sql } from "#lib/database/sql";
import { ANALYSES, type AnalysisKind, HEARTBEAT_LOST, PROBE } from "../rules.ts";

const jobRow = z.object({ id: z.string(), state: z.string(), startAfter: z.date(), isDue: z.boolean() });

/** Reads where these jobs are in the queue; jobs that are not in it are left out. */
export async function standingOf(ctx: Pick<Ctx, "db">, ids: readonly string[]): Promise<z.infer<typeof jobRow>[]> {
  return query(
    ctx.db,
    jobRow,
    sql`SELECT id::text AS id, state::text AS state, start_after AS "startAfter", start_after <= pgboss.job_now() AS "isDue"
        FROM pgboss.job_common WHERE name = ${PROBE} AND id = ANY (${[...ids]}::uuid[])`,
  );
}

const analysisRow = z.object({
  kind: z.custom<AnalysisKind>(),
  runId: z.int(),
  state: z.string(),
  startAfter: z.date(),
  isDue: z.boolean(),
  /** Whether the worker of its last attempt was lost. */
  isLost: z.boolean(),
  ahead: z.int(),
});

/**
 * Reads the analyses of these runs that wait or run; `ahead` counts the runs whose analysis of that kind was queued before and
 * still waits.
 */
export async function waitingAnalyses(
  ctx: Pick<Ctx, "db">,
  runIds: readonly number[],
): Promise<z.infer<typeof analysisRow>[]> {
  return query(
    ctx.db,
    analysisRow,
    sql`SELECT kind, run_id AS "runId", state, start_after AS "startAfter", start_after <= pgboss.job_now() AS "isDue", "isLost", ahead::int FROM (
          SELECT k.kind, (data ->> 'runId')::int AS run_id, state::text AS state, start_after, created_on, id,
                 state = 'retry' AND coalesce(output #>> '{value,message}', '') = ${HEARTBEAT_LOST} AS "isLost",
                 rank() OVER (PARTITION BY name, state < 'active' ORDER BY created_on) - 1 AS ahead
          FROM unnest(${Object.keys(ANALYSES)}::text[], ${Object.values(ANALYSES)}::text[]) AS k (kind, queue)
          JOIN pgboss.job_common ON name = k.queue AND state IN ('created', 'retry', 'active')) waiting
        WHERE run_id = ANY (${[...runIds]}::int[]) ORDER BY kind, created_on, id`,
  );
}

const ahead = z.object({ runId: z.int(), runsAhead: z.int() });

/** Counts for each of these runs the runs that the queue serves before it, when both have jobs to begin. */
export async function runsAhead(ctx: Pick<Ctx, "db">, runIds: readonly number[]): Promise<Map<number, number>> {
  const rows = await query(
    ctx.db,
    ahead,
    sql`SELECT run_id AS "runId", before::int AS "runsAhead" FROM (
          SELECT run_id, rank() OVER (ORDER BY served + 1.0 / weight, run_id) - 1 AS before FROM job_shares) ranked
        WHERE run_id = ANY (${[...runIds]}::int[])`,
  );
  return new Map(rows.map(({ runId, runsAhead }) => [runId, runsAhead]));
}

const counts = z.object({
  queue: z.string(),
  pending: z.int(),
  active: z.int(),
  completed: z.int(),
  failed: z.int(),
  cancelled: z.int(),
});
export type QueueCounts = z.infer<typeof counts>;

/** How many analyses of each kind are in each state, of those that are still kept. Conversations are too many to be counted. */
export async function countAnalyses(ctx: Pick<Ctx, "db">): Promise<QueueCounts[]> {
  return query(
    ctx.db,
    counts,
    sql`SELECT q.queue, count(*) FILTER (WHERE state < 'active')::int AS pending, count(*) FILTER (WHERE state = 'active')::int AS active,
               count(*) FILTER (WHERE state = 'completed')::int AS completed, count(*) FILTER (WHERE state = 'failed')::int AS failed,
               count(*) FILTER (WHERE state = 'cancelled')::int AS cancelled
        FROM unnest(${Object.values(ANALYSES)}::text[]) AS q (queue) LEFT JOIN (
          SELECT name, state FROM pgboss.job_common WHERE name = ANY (${Object.values(ANALYSES)}::text[])) j ON j.name = q.queue
        GROUP BY q.queue ORDER BY q.queue`,
  );
}

/** Counts the conversations that are active. */
export async function countActive(ctx: Pick<Ctx, "db">): Promise<number> {
  const [row] = await query(
    ctx.db,
    z.object({ active: z.int() }),
    sql`SELECT count(*)::int AS active FROM pgboss.job_common WHERE name = ${PROBE} AND state = 'active' AND group_id IS NOT NULL`,
  );
  return row!.active;
}
