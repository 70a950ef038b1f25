import { z } from "zod";
import type { Ctx } from "#lib/base/context";
import { query, sql } from "#lib/database/sql";

/** Whether no item of a run is live. */
export async function isDone(ctx: Pick<Ctx, "db">, runId: number): Promise<boolean> {
  const live = await query(
    ctx.db,
    z.unknown(),
    sql`SELECT 1 FROM run_items WHERE run_id = ${runId} AND is_live LIMIT 1`,
  );
  return live.length === 0;
}

const held = z.object({ isOpen: z.boolean(), isSealed: z.boolean() });

/** Locks the run until the end of the transaction; null when there is none. */
export async function holdRun(tx: Pick<Ctx, "db">, runId: number): Promise<z.infer<typeof held> | null> {
  const [row] = await query(
    tx.db,
    held,
    sql`SELECT ended_at IS NULL AS "isOpen", sealed_at IS NOT NULL AS "isSealed" FROM runs WHERE id = ${runId} FOR UPDATE`,
  );
  return row ?? null;
}

/** Ends a sealed run, from PENDING or RUNNING to COMPLETED, or to FAILED when none of its items has a result. True for one of simultaneous calls. */
export async function endRun(tx: Pick<Ctx, "db">, runId: number): Promise<boolean> {
  const ended = await query(
    tx.db,
    z.unknown(),
    sql`WITH clock AS MATERIALIZED (SELECT ringback_now() AS now)
        UPDATE runs SET ended_at = clock.now, changed_at = clock.now,
          status = CASE WHEN EXISTS (SELECT FROM run_items WHERE run_id = ${runId} AND state = 'completed') THEN 'COMPLETED' ELSE 'FAILED' END
        FROM clock WHERE id = ${runId} AND status IN ('PENDING', 'RUNNING') AND sealed_at IS NOT NULL RETURNING 1`,
  );
  return ended.length > 0;
}
