import { z } from "zod";
import type { Ctx } from "#lib/base/context";
import { queryDirect } from "#lib/database/direct";
import { query, sql } from "#lib/database/sql";
import { together } from "#lib/database/together";

const done = z.object({ runId: z.int() });

/** Whether no item of a run is live. Items that end together share the statement. */
export const isDone = together<Pick<Ctx, "db">, number, boolean>(async (ctx, runIds) => {
  const found = await queryDirect(
    ctx.db,
    done,
    sql`SELECT run_id AS "runId" FROM unnest(${[...new Set(runIds)]}::int[]) AS asked (run_id)
        WHERE NOT EXISTS (SELECT FROM run_items i WHERE i.run_id = asked.run_id AND i.is_live)`,
  );
  const ended = new Set(found.map(({ runId }) => runId));
  return runIds.map((runId) => ended.has(runId));
});

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

/**
 * Ends a sealed run, from PENDING or RUNNING to COMPLETED, or to FAILED when none of its items has a result. True for one of
 * simultaneous calls.
 */
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
