import type { Ctx } from "#lib/context";
import { inTransaction } from "#lib/db";
import { inTx } from "./boss.ts";
import { openQueues } from "./queues.ts";
import { isRetried, type JobError, PROBE } from "./rules.ts";
import type { Claimed } from "./sql/claim.ts";
import { holdClaim, spendAttempts } from "./sql/settle.ts";

/**
 * Ends a job with its result: what `write` writes and the end of the job are committed together. False, and nothing written, when
 * the job is not ours any more: it expired, was cancelled, or somebody else works on it.
 */
export async function completeJob(ctx: Ctx, job: Claimed, write: (tx: Ctx) => Promise<void>): Promise<boolean> {
  const boss = await openQueues(ctx);
  return inTransaction(ctx, async (tx) => {
    if (!(await holdClaim(tx, job))) return false;
    await write(tx);
    await boss.complete(PROBE, job.id, null, inTx(tx.db));
    return true;
  });
}

/**
 * Says that an attempt failed. `write` gets whether it was the last: then the job is a dead letter, else it is tried again
 * later. False, and nothing written, when the job is not ours any more.
 */
export async function failJob(
  ctx: Ctx,
  job: Claimed,
  error: JobError,
  write: (tx: Ctx, isLast: boolean) => Promise<void>,
): Promise<boolean> {
  const boss = await openQueues(ctx);
  const isLast = job.isLast || !isRetried(error.errorClass);
  return inTransaction(ctx, async (tx) => {
    if (!(await holdClaim(tx, job))) return false;
    if (isLast) await spendAttempts(tx, job);
    const { errorClass, code, message } = error;
    await boss.fail(PROBE, job.id, { class: errorClass, code, message }, inTx(tx.db));
    await write(tx, isLast);
    return true;
  });
}
