import { z } from "zod";
import type { Ctx } from "#lib/context";
import { query, sql } from "#lib/sql";
import { ANALYSES, PROBE } from "../rules.ts";

const jobRow = z.object({ id: z.string(), state: z.string(), startAfter: z.date(), isDue: z.boolean() });

/** Where these conversations stand in the queue; those that are not in it are left out. */
export async function standingOf(ctx: Pick<Ctx, "db">, ids: readonly string[]): Promise<z.infer<typeof jobRow>[]> {
  return query(
    ctx.db,
    jobRow,
    sql`SELECT id::text AS id, state::text AS state, start_after AS "startAfter", start_after <= pgboss.job_now() AS "isDue"
        FROM pgboss.job_common WHERE name = ${PROBE} AND id = ANY (${[...ids]}::uuid[])`,
  );
}

const ahead = z.object({ runsAhead: z.int() });

/** How many other runs the queue serves before this one, when both have something to begin. */
export async function runsAhead(ctx: Pick<Ctx, "db">, runId: number): Promise<number> {
  const [row] = await query(
    ctx.db,
    ahead,
    sql`SELECT count(*)::int AS "runsAhead" FROM job_shares s, job_shares mine
        WHERE mine.run_id = ${runId} AND s.run_id <> mine.run_id AND (s.served + 1.0 / s.weight, s.run_id) < (mine.served + 1.0 / mine.weight, mine.run_id)`,
  );
  return row!.runsAhead;
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
        GROUP BY q.queue ORDER BY q.queue DESC`,
  );
}

/** How many conversations are being held. */
export async function countActive(ctx: Pick<Ctx, "db">): Promise<number> {
  const [row] = await query(
    ctx.db,
    z.object({ active: z.int() }),
    sql`SELECT count(*)::int AS active FROM pgboss.job_common WHERE name = ${PROBE} AND state = 'active' AND group_id IS NOT NULL`,
  );
  return row!.active;
}
