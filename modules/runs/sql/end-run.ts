import { z } from "zod";
import type { Ctx } from "#lib/context";
import { query, sql } from "#lib/sql";

/**
 * Ends a run whose jobs are all in and whose items have all ended: COMPLETED, or FAILED when none has a result. Of several
 * at once one gets true.
 */
export async function endRun(tx: Ctx, runId: number): Promise<boolean> {
  const ended = await query(
    tx.db,
    z.unknown(),
    sql`UPDATE runs SET ended_at = ringback_now(), changed_at = ringback_now(),
          status = CASE WHEN EXISTS (SELECT FROM run_items WHERE run_id = ${runId} AND state = 'completed') THEN 'COMPLETED' ELSE 'FAILED' END
        WHERE id = ${runId} AND status IN ('PENDING', 'RUNNING') AND sealed_at IS NOT NULL
          AND NOT EXISTS (SELECT FROM run_items WHERE run_id = ${runId} AND is_live AND state = 'waiting')
        RETURNING 1`,
  );
  return ended.length > 0;
}
