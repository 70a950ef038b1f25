import type { Job, PgBoss } from "pg-boss";
import { monotonic, pause, readClock } from "#lib/time/clock";
import type { Ctx } from "#lib/base/context";
import { type Until, UNBOUNDED } from "#lib/time/until";
import { storableText } from "#lib/base/text";
import { isDatabaseAway } from "#lib/database/error";
import { endDue } from "./pauses.ts";
import { openQueues } from "./queues.ts";
import { ANALYSES, type AnalysisKind, JobError } from "./rules.ts";
import { type Claimed, claimProbes, wholePause } from "./sql/claim.ts";
import { failJob, whenEnding } from "./settle.ts";
import { giveBack, giveBackAnalysis, touchJobs } from "./sql/settle.ts";
import { beSeen, leave, type Worker } from "./workers.ts";

/** The handlers of jobs; each gets a context whose clock was read for its job. */
export type Handlers = Readonly<{
  /** True when the job is settled or no longer ours; otherwise it is given back without spending an attempt. */
  probe: (ctx: Ctx, job: Claimed, signal: AbortSignal) => Promise<boolean>;
  /** Records that an attempt of a job failed unexpectedly; does nothing when the job is no longer ours. */
  fail: (ctx: Ctx, job: Claimed, error: JobError) => Promise<void>;
  /** An analysis that throws is retried by its queue. */
  analyze: (ctx: Ctx, kind: AnalysisKind, runId: number, signal: AbortSignal) => Promise<void>;
  /** Completes what a process left undone, as far as `until` leaves time for it. */
  sweep: (ctx: Ctx, until: Until) => Promise<void>;
}>;

export type Drained = { probes: number; analyses: number; faults: number };

/** Jobs are claimed until `stop`; one that is running at `end` is given back. */
type Way = Until &
  Readonly<{
    worker: Worker;
    /** Whether the work ends when there is nothing to do. */
    untilEmpty: boolean;
  }>;

/** The polling interval of an empty queue, in milliseconds. Pauses need no polling: the claim checks them. */
const IDLE_MS = 500;
const SEEN_MS = 10_000;
/** The interval in milliseconds at which a worker with conversations looks for an analysis too, one at a time, so that no stream of conversations holds it up. */
const ANALYSIS_MS = 5_000;
/** The wait in seconds before a conversation whose worker lost the database begins again. */
const AWAY_SECONDS = 5;

/**
 * Works on jobs until `stop`, or until there are none, in any number of processes. A job that runs at `stop` may finish until `end`; then
 * it is given back without spending an attempt. When this resolves, no statement of it is under way.
 */
export async function drain(ctx: Ctx, handlers: Handlers, way: Way): Promise<Drained> {
  const boss = await openQueues(ctx);
  const drained: Drained = { probes: 0, analyses: 0, faults: 0 };
  const running = new Map<Promise<void>, Claimed | null>();
  /** The places of those that still work; the others of `running` have ended, and only their ends are left to write. */
  const places = new Set<symbol>();
  let placeLeft = Promise.withResolvers<void>();
  const owed: Owed = new Set();
  let seenAt = -Infinity;
  let keptAt = -Infinity;
  let analysisAt = -Infinity;
  let pass: Promise<unknown> | null = null;

  // An ended conversation leaves its place to the next while its end is written, and no more of them than there are places.
  const room = () =>
    Math.min(ctx.limits.workerConcurrency - places.size, 2 * ctx.limits.workerConcurrency - running.size);
  const begin = (job: Claimed | null, work: () => Promise<void>) => {
    const place = Symbol();
    places.add(place);
    const leavePlace = () => {
      places.delete(place);
      placeLeft.resolve();
    };
    if (job) whenEnding(job, leavePlace);
    const one = work()
      .catch((error: unknown) => {
        drained.faults += 1;
        ctx.log.error({ reason: String(error) }, "a job failed unexpectedly");
      })
      .finally(() => {
        running.delete(one);
        leavePlace();
      });
    running.set(one, job);
  };
  const repay = async () => {
    for (const write of owed) {
      await write().catch((error: unknown) => {
        if (isDatabaseAway(error)) throw error;
        // An end that the database refuses for good must not keep this worker from its other work: the job expires.
        ctx.log.error({ reason: String(error) }, "the end of a job could not be stored");
      });
      owed.delete(write);
    }
  };
  const upkeep = async () => {
    await repay();
    if (monotonic() - seenAt >= SEEN_MS) {
      seenAt = monotonic();
      await beSeen(ctx, way.worker);
      await touchJobs(
        ctx,
        [...running.values()].filter((job) => job !== null),
      );
    }
    if (pass !== null || way.stop.aborted || monotonic() - keptAt < ctx.limits.queueMaintenanceSeconds * 1_000) return;
    keptAt = monotonic();
    // It may take long, and neither conversations nor heartbeats wait for it.
    pass = attempt(ctx, () => maintain(ctx, boss, handlers, way)).finally(() => {
      pass = null;
    });
  };

  while (!way.stop.aborted) {
    // What a pass finds may begin after it, so the work does not end before.
    let isPassed = true;
    placeLeft = Promise.withResolvers();
    const begun = await attempt(ctx, async () => {
      await upkeep();
      isPassed = pass === null;
      const most = room();
      if (most <= 0) return 0;
      const jobs = await claimProbes(ctx, most);
      drained.probes += jobs.length;
      for (const job of jobs) begin(job, () => probe(ctx, handlers, job, way.end, owed));
      const isAnalysing = [...running.values()].includes(null);
      if (isAnalysing || (running.size > 0 && monotonic() - analysisAt < ANALYSIS_MS)) return jobs.length;
      analysisAt = monotonic();
      const analysis = await takeAnalysis(ctx, boss);
      if (!analysis) return jobs.length;
      drained.analyses += 1;
      begin(null, () => analyze(ctx, boss, handlers.analyze, analysis, way.end, owed));
      return jobs.length + 1;
    });
    if (begun === 0 && running.size === 0 && way.untilEmpty && isPassed) break;
    if (begun !== 0 && room() > 0) continue;
    await Promise.race([placeLeft.promise, ...running.keys(), ...(pass === null ? [] : [pass]), idle(way.stop)]);
    // Jobs that end in the same moment are followed by one claim together.
    await new Promise(setImmediate);
  }
  while (running.size > 0) {
    await Promise.race([...running.keys(), idle(way.end)]);
    await attempt(ctx, upkeep);
  }
  await pass;
  await attempt(ctx, repay);
  await attempt(ctx, () => leave(ctx, way.worker.id));
  return drained;
}

/** Writes that are made up for as soon as the database is back. */
type Owed = Set<() => Promise<unknown>>;

/** Writes, or remembers the write for later when it fails, so that no job waits for a missed heartbeat or its expiry. */
async function orOwe(owed: Owed, write: () => Promise<unknown>): Promise<void> {
  try {
    await write();
  } catch (error) {
    owed.add(write);
    throw error;
  }
}

/** Does `work`; when the database is away it logs that, pauses and returns 0. */
async function attempt<T>(ctx: Ctx, work: () => Promise<T>): Promise<T | 0> {
  try {
    return await work();
  } catch (error) {
    ctx.log.warn({ reason: String(error) }, "a worker cannot work at the moment");
    await pause(IDLE_MS);
    return 0;
  }
}

function idle(signal: AbortSignal): Promise<void> {
  return pause(IDLE_MS, signal).catch(() => {});
}

/** Does a pass of upkeep: that of pg-boss (expiry, missed heartbeats, old jobs), pauses that have ended, and the sweep of runs. Safe to do twice at once. */
export async function maintain(
  ctx: Ctx,
  boss: PgBoss,
  handlers: Pick<Handlers, "sweep">,
  until: Until = UNBOUNDED,
): Promise<void> {
  await boss.supervise();
  await endDue(ctx);
  await handlers.sweep({ ...ctx, now: await readClock(ctx.db) }, until);
}

async function probe(ctx: Ctx, handlers: Handlers, job: Claimed, end: AbortSignal, owed: Owed): Promise<void> {
  const at = { ...ctx, now: job.claimedAt };
  let isSettled: boolean;
  try {
    isSettled = await handlers.probe(at, job, end);
  } catch (error) {
    await orOwe(owed, () => settleUnforeseen(at, handlers, job, end, error));
    throw error;
  }
  if (!isSettled) await orOwe(owed, () => giveBack(ctx, job, 0));
}

/**
 * Spends an attempt of a job whose handler failed unexpectedly, so that it is retried and ends like any other fault. An absent
 * database and an ending worker are no fault of the job: they spend none. A job that is no longer ours stays as it is.
 */
async function settleUnforeseen(
  ctx: Ctx,
  handlers: Handlers,
  job: Claimed,
  end: AbortSignal,
  error: unknown,
): Promise<void> {
  if (isDatabaseAway(error) || end.aborted) {
    await giveBack(ctx, job, AWAY_SECONDS);
    return;
  }
  const fault = new JobError(
    "transient",
    "unknown",
    "The attempt failed in a way that was not foreseen; the log says how.",
  );
  try {
    await handlers.fail(ctx, job, fault);
  } catch (refused) {
    if (isDatabaseAway(refused)) throw refused;
    ctx.log.error({ reason: String(refused) }, "the fault of a job could not be recorded with its item");
    // The job ends at its last attempt all the same; the sweep then settles what waits for it.
    await failJob(ctx, job, fault, async () => {});
  }
}

type Analysis = { kind: AnalysisKind; job: Job<{ runId: number }> };

async function takeAnalysis(ctx: Ctx, boss: PgBoss): Promise<Analysis | null> {
  if (await wholePause(ctx)) return null;
  for (const kind of Object.keys(ANALYSES) as AnalysisKind[]) {
    const [job] = await boss.fetch<{ runId: number }>(ANALYSES[kind], { batchSize: 1 });
    if (job) return { kind, job };
  }
  return null;
}

async function analyze(
  ctx: Ctx,
  boss: PgBoss,
  handle: Handlers["analyze"],
  { kind, job }: Analysis,
  end: AbortSignal,
  owed: Owed,
): Promise<void> {
  const queue = ANALYSES[kind];
  const held = { id: job.id, retryCount: (job as unknown as { retryCount: number }).retryCount };
  try {
    await handle({ ...ctx, now: await readClock(ctx.db) }, kind, job.data.runId, end);
    await boss.complete(queue, held);
  } catch (error) {
    // A worker that ends spends no attempt.
    if (end.aborted) return void (await orOwe(owed, () => giveBackAnalysis(ctx, queue, held)));
    ctx.log.warn({ reason: String(error), queue }, "an analysis failed");
    await orOwe(owed, () => boss.fail(queue, held, { message: storableText(String(error)) }));
  }
}
