import { z } from "zod";
import type { Ctx } from "#lib/base/context";
import { execute, query, sql } from "#lib/database/sql";
import { WORKER_SEEN_SECONDS } from "./rules.ts";

export type Worker = Readonly<{ id: string; kind: "worker" | "cron" }>;

/** Records that this worker is alive. */
export async function beSeen(ctx: Pick<Ctx, "db">, { id, kind }: Worker): Promise<void> {
  await execute(
    ctx.db,
    sql`INSERT INTO job_workers (id, kind, started_at, seen_at) VALUES (${id}, ${kind}, ringback_now(), ringback_now())
        ON CONFLICT (id) DO UPDATE SET seen_at = ringback_now()`,
  );
}

/** Takes a worker that ends off the list; one that died is removed after a day. */
export async function leave(ctx: Pick<Ctx, "db">, id: string): Promise<void> {
  await execute(
    ctx.db,
    sql`DELETE FROM job_workers WHERE id = ${id} AND kind = 'worker' OR seen_at < ringback_now() - interval '1 day'`,
  );
}

const seen = z.object({ workers: z.int(), lastSeenAt: z.date().nullable() });

/** Counts the workers seen within `WORKER_SEEN_SECONDS`, with the time at which any worker was seen last. */
export async function workersSeen(ctx: Pick<Ctx, "db">): Promise<z.infer<typeof seen>> {
  const [row] = await query(
    ctx.db,
    seen,
    sql`SELECT count(*) FILTER (WHERE seen_at > ringback_now() - ${WORKER_SEEN_SECONDS}::int * interval '1 second')::int AS workers,
               max(seen_at) AS "lastSeenAt" FROM job_workers`,
  );
  return row!;
}
