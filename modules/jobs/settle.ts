import type { PgBoss } from "pg-boss";
import type { Ctx } from "#lib/base/context";
import { inTransaction } from "#lib/database/db";
import { inTx } from "./boss.ts";
import { openQueues } from "./queues.ts";
import { isRetried, type JobError, PROBE } from "./rules.ts";
import type { Claimed } from "./sql/claim.ts";
import { holdClaims, spendAttempts } from "./sql/settle.ts";

type Ending = Readonly<{
  ctx: Ctx;
  job: Claimed;
  write: (tx: Ctx) => Promise<void>;
  settled: (isOurs: boolean) => void;
  failed: (error: unknown) => void;
}>;

/** What ends while a transaction of this process is under way, by handle: the next one takes all of it. */
const endings = new WeakMap<object, { waiting: Ending[]; isUnderWay: boolean }>();

/**
 * Ends a job with its result: what `write` writes and the end of the job are committed together. False, and nothing written, when
 * the job is not ours any more: it expired, was cancelled, or somebody else works on it. Jobs that end at the same moment
 * share a transaction; one whose `write` fails disturbs none of the others.
 */
export async function completeJob(ctx: Ctx, job: Claimed, write: (tx: Ctx) => Promise<void>): Promise<boolean> {
  const boss = await openQueues(ctx);
  const ends = endings.get(ctx.db) ?? { waiting: [], isUnderWay: false };
  endings.set(ctx.db, ends);
  return new Promise((settled, failed) => {
    ends.waiting.push({ ctx, job, write, settled, failed });
    if (!ends.isUnderWay) void endAll(boss, ends);
  });
}

/** One transaction after the other until nothing waits; never throws. */
async function endAll(boss: PgBoss, ends: { waiting: Ending[]; isUnderWay: boolean }): Promise<void> {
  ends.isUnderWay = true;
  while (ends.waiting.length > 0) {
    const together = ends.waiting.splice(0, MOST_TOGETHER);
    try {
      await endTogether(boss, together);
    } catch (error) {
      if (together.length === 1) together[0]!.failed(error);
      else for (const one of together) await endTogether(boss, [one]).catch(one.failed);
    }
  }
  ends.isUnderWay = false;
}

const MOST_TOGETHER = 32;

async function endTogether(boss: PgBoss, together: readonly Ending[]): Promise<void> {
  const ours = await inTransaction(together[0]!.ctx, async ({ db }) => {
    const held = await holdClaims(
      { db },
      together.map(({ job }) => job),
    );
    const mine = together.filter(({ job }) => held.has(job.id));
    for (const { ctx, write } of mine) await write({ ...ctx, db });
    if (mine.length > 0) {
      await boss.complete(
        PROBE,
        mine.map(({ job }) => job.id),
        null,
        inTx(db),
      );
    }
    return new Set(mine);
  });
  for (const one of together) one.settled(ours.has(one));
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
    if (!(await holdClaims(tx, [job])).has(job.id)) return false;
    if (isLast) await spendAttempts(tx, job);
    const { errorClass, code, message } = error;
    await boss.fail(PROBE, job.id, { class: errorClass, code, message }, inTx(tx.db));
    await write(tx, isLast);
    return true;
  });
}
