import type { Ctx } from "#lib/base/context";
import { pause } from "#modules/jobs";
import { isOverBudget } from "./sql/is-over-budget.ts";

/** Pauses a run whose tokens are spent, once: a person who resumes it accepts that it spends more. */
export async function keepBudget(ctx: Ctx, runId: number, maxTokens: bigint): Promise<void> {
  if (!(await isOverBudget(ctx, runId, maxTokens))) return;
  const why = `Its budget of ${maxTokens} tokens is spent.`;
  await pause(ctx, { scope: "run", target: runId }, { isAutomatic: true, why });
}
