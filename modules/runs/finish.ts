import type { Ctx } from "#lib/base/context";
import { inTransaction } from "#lib/database/db";
import { closeLanes, openQueues, resume } from "#modules/jobs";
import { enqueueAnalyses } from "./analyze.ts";
import { endRun, holdRun, isDone } from "./sql/end-run.ts";

/**
 * Ends a run whose items have all ended, and queues its analyses; also when items of an ended run were tried again. Every item
 * calls it after its commit, so the last caller sees all of them. True for the one call that ends the run.
 */
export async function finishRun(ctx: Ctx, runId: number): Promise<boolean> {
  if (!(await isDone(ctx, runId))) return false;
  await openQueues(ctx);
  return inTransaction(ctx, async (tx) => {
    const run = await holdRun(tx, runId);
    // Failed items may have been retried while this waited for the lock of the run.
    if (!run?.isSealed || !(await isDone(tx, runId))) return false;
    // Another call has ended the run already, and no item has come since.
    if (!(await closeLanes(tx, runId)) && !run.isOpen) return false;
    await enqueueAnalyses(tx, runId);
    if (!run.isOpen || !(await endRun(tx, runId))) return false;
    // Its last conversations may have ended during a soft pause, which holds nothing any more.
    await resume(tx, { scope: "run", target: runId });
    return true;
  });
}
