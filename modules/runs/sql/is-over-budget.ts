import { z } from "zod";
import type { Ctx } from "#lib/base/context";
import { query, sql } from "#lib/database/sql";

/** Whether the ended items of a run have used `maxTokens` or more, and the run has never been paused automatically. */
export async function isOverBudget(ctx: Pick<Ctx, "db">, runId: number, maxTokens: bigint): Promise<boolean> {
  const [spent] = await query(
    ctx.db,
    z.object({ isOver: z.boolean() }),
    sql`SELECT coalesce(sum(tokens), 0) >= ${maxTokens} AND NOT EXISTS (
          SELECT FROM job_pauses WHERE scope = 'run' AND target = ${String(runId)} AND is_automatic) AS "isOver"
        FROM run_counts WHERE run_id = ${runId}`,
  );
  return spent!.isOver;
}
