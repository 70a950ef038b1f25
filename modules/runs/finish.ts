import type { Ctx } from "#lib/context";
import { inTransaction } from "#lib/db";
import { closeLanes, openQueues } from "#modules/jobs";
import { endRun } from "./sql/end-run.ts";

/**
 * Ends a run when nothing of it is left to do. Asked after every item has been committed, so the last
 * one to ask sees all of them; of several at once one ends it. True for that one.
 */
export async function finishRun(ctx: Ctx, runId: number): Promise<boolean> {
  await openQueues(ctx);
  return inTransaction(ctx, async (tx) => {
    if (!(await endRun(tx, runId))) return false;
    await closeLanes(tx, runId);
    return true;
  });
}
