import { z } from "zod";
import type { Ctx } from "#lib/base/context";
import { query, sql } from "#lib/database/sql";
import { pause } from "#modules/jobs";

/** Pauses a run whose tokens are spent, once: who resumes it then knows. */
export async function keepBudget(ctx: Ctx, runId: number, maxTokens: bigint): Promise<void> {
  const [spent] = await query(
    ctx.db,
    z.object({ isOver: z.boolean() }),
    sql`SELECT coalesce(sum(tokens), 0) >= ${maxTokens} AND NOT EXISTS (
          SELECT FROM job_pauses WHERE scope = 'run' AND target = ${String(runId)} AND is_automatic) AS "isOver"
        FROM run_counts WHERE run_id = ${runId}`,
  );
  if (!spent!.isOver) return;
  const why = `Its budget of ${maxTokens} tokens is spent.`;
  await pause(ctx, { scope: "run", target: runId }, { isAutomatic: true, why });
}
