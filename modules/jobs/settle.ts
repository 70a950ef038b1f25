import type { Ctx } from "#lib/base/context";
import { inTransaction, retried } from "#lib/database/db";
import { together } from "#lib/database/together";
import { inTx } from "./boss.ts";
import { openQueues } from "./queues.ts";
import { isRetried, type JobError, PROBE } from "./rules.ts";
import type { Claimed } from "./sql/claim.ts";
import { completeClaims, holdClaim, spendAttempts } from "./sql/settle.ts";

/** Writes the results of jobs that end in one transaction; all of them or, when it throws, none. */
export type WriteResults<R> = (tx: Ctx, ended: readonly Readonly<{ job: Claimed; result: R }>[]) => Promise<void>;

type Ending = Readonly<{ job: Claimed; result: unknown; write: WriteResults<never> | null }>;

const listeners = new WeakMap<Claimed, () => void>();

/** Calls `ending` when the work on this job is done and only its end is left to write. */
export function whenEnding(job: Claimed, ending: () => void): void {
  listeners.set(job, ending);
}

/**
 * Completes a job: its result, written by `write`, and its end are committed together; without `write` there is no result. False,
 * and nothing is written, when the job is no longer ours: it expired, was cancelled, or another worker claimed it. Jobs that end at
 * the same moment share a transaction and one call of their `write`; one that cannot be written does not affect the others.
 */
export async function completeJob(ctx: Ctx, job: Claimed): Promise<boolean>;
export async function completeJob<R>(ctx: Ctx, job: Claimed, result: R, write: WriteResults<R>): Promise<boolean>;
export async function completeJob<R>(ctx: Ctx, job: Claimed, result?: R, write?: WriteResults<R>): Promise<boolean> {
  const isEnded = endJob(ctx, { job, result, write: write ?? null });
  listeners.get(job)?.();
  return isEnded;
}

/** Ends a job; whether it was ours. */
const endJob = together<Ctx, Ending, boolean>(async (ctx, endings) => {
  const jobs = endings.map(({ job }) => job);
  const isWritten = endings.some(({ write }) => write !== null);
  // A single statement is a transaction already.
  const ours = await (isWritten
    ? inTransaction(ctx, (tx) => endWritten(tx, endings))
    : retried(() => completeClaims(ctx, jobs)));
  return jobs.map(({ id }) => ours.has(id));
});

async function endWritten(tx: Ctx, endings: readonly Ending[]): Promise<Set<string>> {
  const ours = await completeClaims(
    tx,
    endings.map(({ job }) => job),
  );
  const mine = endings.filter(({ job }) => ours.has(job.id));
  for (const [write, ended] of Map.groupBy(mine, ({ write }) => write)) await write?.(tx, ended as never);
  return ours;
}

/**
 * Records that an attempt failed. `write` learns whether it was the last: then the job becomes a dead letter, else it is retried
 * later. False, and nothing is written, when the job is no longer ours.
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
