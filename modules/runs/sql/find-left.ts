import { z } from "zod";
import type { Ctx } from "#lib/base/context";
import { query, type Sql, sql } from "#lib/database/sql";

/** Cancelled runs with items that are still live, at most `limit`. */
export async function findCancelledLive(ctx: Pick<Ctx, "db">, limit: number): Promise<number[]> {
  return idsOf(
    ctx,
    z.int(),
    sql`SELECT id FROM runs r WHERE status = 'CANCELLED' AND EXISTS (SELECT FROM run_items i WHERE i.run_id = r.id AND i.is_live)
        LIMIT ${limit}`,
  );
}

/** Ended runs with failed items that are being retried, at most `limit`. */
export async function findRetriedLate(ctx: Pick<Ctx, "db">, limit: number): Promise<number[]> {
  return idsOf(
    ctx,
    z.int(),
    sql`SELECT DISTINCT run_id AS id FROM run_items i JOIN runs r ON r.id = i.run_id
        WHERE i.is_live AND i.state = 'failed' AND r.ended_at IS NOT NULL LIMIT ${limit}`,
  );
}

/** Jobs that have not begun, that no lane leads a worker to and no item waits for, at most `limit`. */
export async function findOrphans(ctx: Pick<Ctx, "db">, limit: number): Promise<string[]> {
  return idsOf(
    ctx,
    z.string(),
    sql`SELECT id::text AS id FROM pgboss.job_common j
        WHERE name = 'probe_scenario' AND state < 'active' AND NOT EXISTS (SELECT FROM job_lanes l WHERE l.lane = j.group_id)
          AND NOT EXISTS (SELECT FROM run_items i WHERE i.job_id = j.id AND i.is_live)
        LIMIT ${limit}`,
  );
}

async function idsOf<T>({ db }: Pick<Ctx, "db">, id: z.ZodType<T>, statement: Sql): Promise<T[]> {
  return (await query(db, z.object({ id }), statement)).map((row) => row.id);
}
