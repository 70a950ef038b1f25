import type { Ctx } from "#lib/base/context";
import { inTransaction } from "#lib/database/db";
import { closeLanes, openQueues, resume } from "#modules/jobs";
import { enqueueAnalyses } from "./analyze.ts";
import { endRun, holdRun, isDone } from "./sql/end-run.ts";

/**
 * Ends a run when nothing of it is left to do, and queues its analyses with that; also when something came late to a run that has
 * ended. Asked after every item has been committed, so the last one to ask sees all of
 * them; of several at once one ends it. True for that one.
 */
export async function finishRun(ctx: Ctx, runId: number): Promise<boolean> {
  if (!(await isDone(ctx, runId))) return false;
  await openQueues(ctx);
  return inTransaction(ctx, async (tx) => {
    const run = await holdRun(tx, runId);
    // Somebody may have had failed items tried again while this waited for the run.
    if (!run?.isSealed || !(await isDone(tx, runId))) return false;
    // Somebody else was here before, and nothing has come since.
    if (!(await closeLanes(tx, runId)) && !run.isOpen) return false;
    await enqueueAnalyses(tx, runId);
    if (!run.isOpen || !(await endRun(tx, runId))) return false;
    // Its last conversations may have ended during a soft pause; there is nothing left that it could hold.
    await resume(tx, { scope: "run", target: runId });
    return true;
  });
}
