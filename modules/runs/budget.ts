import type { Ctx } from "#lib/base/context";
import { inTransaction } from "#lib/database/db";
import { pause } from "#modules/jobs";
import { holdRun } from "./sql/end-run.ts";
import { isOverBudget } from "./sql/is-over-budget.ts";

/**
 * Pauses an open run whose tokens are spent, once: a person who resumes it accepts that it spends more. A run that has ended is not
 * paused, since nobody could resume it: who tries failed items of it again accepts that, too.
 */
export async function keepBudget(ctx: Ctx, runId: number, maxTokens: bigint): Promise<void> {
  if (!(await isOverBudget(ctx, runId, maxTokens))) return;
  const why = `Its budget of ${maxTokens} tokens is spent.`;
  await inTransaction(ctx, async (tx) => {
    // The lock keeps the run from ending meanwhile.
    const run = await holdRun(tx, runId);
    if (run?.isOpen) await pause(tx, { scope: "run", target: runId }, { isAutomatic: true, why });
  });
}
