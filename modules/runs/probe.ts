import type { Ctx } from "#lib/base/context";
import {
  checkIn,
  type Claimed,
  completeJob,
  CONVERSATION_MS,
  converse,
  cutLimit,
  failJob,
  giveBack,
  growLimit,
  JobError,
  modelAccess,
  type Models,
  pause,
  Stopped,
  THROTTLE_SECONDS,
  THROTTLED_MOST_SECONDS,
  type Turn,
} from "#modules/jobs";
import { inTransaction } from "#lib/database/db";
import { isDatabaseAway } from "#lib/database/error";
import { retryAfterSeconds } from "#lib/outbound/retry-after";
import { readClock } from "#lib/time/clock";
import { keepBudget } from "./budget.ts";
import { finishRun } from "./finish.ts";
import { beginItem, completeItems, failItem, type Fault, noteSpent, throttleItem } from "./sql/settle-item.ts";

/**
 * The handler of `probe:scenario`: holds the conversation of one item and settles it. False when the job is to be given back
 * without an attempt spent: a hard pause, or a worker that ends.
 */
export async function probe(
  ctx: Ctx,
  job: Claimed,
  end: AbortSignal,
  models: Models = { access: modelAccess() },
): Promise<boolean> {
  const item = await beginItem(ctx, job);
  if (!item) {
    await completeJob(ctx, job);
    return true;
  }
  const deadline = AbortSignal.timeout(CONVERSATION_MS);
  const turns: Turn[] = [];
  try {
    await converse(models, {
      modelId: job.modelId,
      script: { maxTurns: item.scenario.messages.length, ...item.scenario },
      attempt: job.attempt,
      maxTokens: null,
      signal: AbortSignal.any([end, deadline]),
      beforeTurn: async () => {
        const { isOurs, isHeld } = await checkIn(ctx, job);
        if (!isOurs || isHeld) throw new Stopped();
      },
      afterTurn: (turn) => void turns.push(turn),
    });
  } catch (error) {
    if (error instanceof Stopped || end.aborted) {
      if (turns.length > 0) await noteSpent(ctx, job, turns);
      return false;
    }
    await settleFault(ctx, job, asJobError(error, job, deadline), { throttledSince: item.throttledSince, turns });
    return true;
  }
  const isSettled = await completeJob(ctx, job, { begunAt: ctx.now, turns }, completeItems).catch((error: unknown) => {
    if (isDatabaseAway(error)) throw error;
    ctx.log.error({ fault: String(error), runId: job.runId, place: job.place }, "a result could not be stored");
    return settleFault(ctx, job, NOT_STORED, { throttledSince: item.throttledSince, turns }).then(() => false);
  });
  if (!isSettled) return true;
  await growLimit(ctx, job.modelId);
  if (item.maxTokens !== null) await keepBudget(ctx, job.runId, item.maxTokens);
  await finishRun(ctx, job.runId);
  return true;
}

/** The fault of a result that the database refuses; it is retried like any other fault. */
const NOT_STORED = new JobError("invalid_output", "not_stored", "The result could not be stored.");

function asJobError(error: unknown, { modelId }: Claimed, deadline: AbortSignal): JobError {
  if (error instanceof JobError) return error;
  if (deadline.aborted) {
    return new JobError(
      "transient",
      "timeout",
      `The conversation with ${modelId} took longer than ${CONVERSATION_MS / 1_000} seconds.`,
    );
  }
  // An unforeseen fault is retried.
  return new JobError("transient", "unknown", String(error));
}

/** What is known of an attempt that failed: since when its item has been throttled, and the turns before the fault. */
type Broken = Readonly<{ throttledSince: Date | null; turns: readonly Turn[] }>;

/** Records the fault of an attempt: it waits for its model when that was throttled, else it is retried or was the last. */
export async function settleFault(
  ctx: Ctx,
  job: Claimed,
  error: JobError,
  { throttledSince, turns }: Broken = { throttledSince: null, turns: [] },
): Promise<void> {
  // The conversation began at `ctx.now`, perhaps minutes before the answer that ended it.
  const now = await readClock(ctx.db);
  if (error.errorClass === "throttled" && !isWornOut(throttledSince, now))
    return defer({ ...ctx, now }, job, { begunAt: ctx.now, error, turns });
  const isSettled = await failJob(ctx, job, error, (tx, isLast) =>
    failItem(tx, job, { begunAt: ctx.now, error, turns, isLast }),
  );
  if (isSettled) await finishRun(ctx, job.runId);
}

const isWornOut = (since: Date | null, now: Date): boolean =>
  since !== null && now.getTime() - since.getTime() >= THROTTLED_MOST_SECONDS * 1_000;

/** Pauses a model that answered "too many requests" for as long as it asks, for all runs; the job waits and spends no attempt. */
async function defer(ctx: Ctx, job: Claimed, fault: Fault): Promise<void> {
  const { begunAt, error } = fault;
  const asked = retryAfterSeconds(error.retryAfter, ctx.now) ?? THROTTLE_SECONDS.unsaid;
  const seconds = Math.max(asked, THROTTLE_SECONDS.least);
  const until = new Date(ctx.now.getTime() + seconds * 1_000);
  await pause(
    ctx,
    { scope: "model", target: job.modelId },
    { isAutomatic: true, until, why: "It answered 429: too many requests." },
  );
  await cutLimit(ctx, job.modelId, begunAt);
  await inTransaction(ctx, async (tx) => {
    // The waiting jobs begin no earlier than the model asked for, and not all in the same moment.
    if (await giveBack(tx, job, seconds + (job.place % 20) / 20)) await throttleItem(tx, job, fault);
  });
}
