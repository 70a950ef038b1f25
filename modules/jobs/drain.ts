import type { PgBoss } from "pg-boss";
import { monotonic, readClock } from "#lib/time/clock";
import type { Ctx } from "#lib/base/context";
import type { Until } from "#lib/time/until";
import { storableText } from "#lib/base/text";
import { isDatabaseAway } from "#lib/database/error";
import { attempt, idle } from "./attempt.ts";
import type { Handlers } from "./handlers.ts";
import { OwedWrites } from "./owed-writes.ts";
import { type AnalysisJob, Places } from "./places.ts";
import { openQueues } from "./queues.ts";
import { ANALYSES, type AnalysisKind, JobError } from "./rules.ts";
import { type Claimed, claimProbes, wholePause } from "./sql/claim.ts";
import { failJob } from "./settle.ts";
import { giveBack, giveBackAnalysis } from "./sql/settle.ts";
import { Upkeep } from "./upkeep.ts";
import { leave, type Worker } from "./workers.ts";

export type Drained = { probes: number; analyses: number; faults: number };

/** Jobs are claimed until `stop`; one that is running at `end` is given back. */
type Options = Until &
  Readonly<{
    worker: Worker;
    /** Whether the work ends when there is nothing to do. */
    untilEmpty: boolean;
  }>;

/** The wait in seconds before a conversation whose worker lost the database begins again. */
const AWAY_SECONDS = 5;

/**
 * The interval in milliseconds at which a worker with conversations looks for an analysis too, one at a time, so that no stream of
 * conversations holds it up.
 */
const ANALYSIS_MS = 5_000;

/** What a worker has at hand: the queues, the handlers, its places, and the writes that it owes. */
type Work = Readonly<{
  ctx: Ctx;
  boss: PgBoss;
  handlers: Handlers;
  places: Places;
  owed: OwedWrites;
  /** When a running job is given back. */
  end: AbortSignal;
}>;

/**
 * Works on jobs until `stop`, or until there are none, in any number of processes. A job that runs at `stop` may finish until
 * `end`; then it is given back without spending an attempt. When this resolves, no statement of it is under way.
 */
export async function drain(ctx: Ctx, handlers: Handlers, options: Options): Promise<Drained> {
  const boss = await openQueues(ctx);
  const places = new Places(ctx.limits.workerConcurrency, (error) => {
    ctx.log.error({ reason: String(error) }, "a job failed unexpectedly");
  });
  const work = { ctx, boss, handlers, places, owed: new OwedWrites(ctx.log), end: options.end };
  const upkeep = new Upkeep(work, options);
  const claim = claimer(work);
  while (!options.stop.aborted) {
    const placeLeft = places.nextLeft();
    // What a pass of upkeep finds may begin after it, so the work does not end before.
    let isPassed = true;
    const begun = await attempt(ctx, async () => {
      await upkeep.doDue();
      isPassed = upkeep.pass === null;
      return claim.next();
    });
    if (begun === 0 && places.count === 0 && options.untilEmpty && isPassed) break;
    if (begun !== 0 && places.free > 0) continue;
    await Promise.race([
      placeLeft,
      ...places.ends(),
      ...(upkeep.pass === null ? [] : [upkeep.pass]),
      idle(options.stop),
    ]);
    // Jobs that end in the same moment are followed by one claim together.
    await new Promise(setImmediate);
  }
  while (places.count > 0) {
    await Promise.race([...places.ends(), idle(options.end)]);
    await attempt(ctx, () => upkeep.doDue());
  }
  await upkeep.pass;
  await attempt(ctx, () => work.owed.repay());
  await attempt(ctx, () => leave(ctx, options.worker.id));
  return { ...claim.claimed, faults: places.faults };
}

/** Claims jobs and begins them: as many conversations as there are free places, and now and then an analysis. */
function claimer(work: Work) {
  const { ctx, boss, places } = work;
  const claimed = { probes: 0, analyses: 0 };
  let analysisAt = -Infinity;
  /** Returns how many jobs have begun. */
  const next = async (): Promise<number> => {
    if (places.free <= 0) return 0;
    const jobs = await claimProbes(ctx, places.free);
    claimed.probes += jobs.length;
    for (const job of jobs) places.begin(job, () => probe(work, job));
    if (places.analyses.length > 0 || (places.count > 0 && monotonic() - analysisAt < ANALYSIS_MS)) return jobs.length;
    analysisAt = monotonic();
    const analysis = await takeAnalysis(ctx, boss);
    if (!analysis) return jobs.length;
    claimed.analyses += 1;
    places.begin(analysis.job, () => analyze(work, analysis));
    return jobs.length + 1;
  };
  return { next, claimed };
}

async function probe({ ctx, handlers, end, owed }: Work, job: Claimed): Promise<void> {
  const at = { ...ctx, now: job.claimedAt };
  let isSettled: boolean;
  try {
    isSettled = await handlers.probe(at, job, end);
  } catch (error) {
    const isFault = () => !isDatabaseAway(error) && !end.aborted;
    // An absent database and an ending worker are no fault of the job: they spend no attempt.
    await owed.write(() => (isFault() ? spendAttempt(at, handlers, job) : giveBack(at, job, AWAY_SECONDS)));
    throw error;
  }
  if (!isSettled) await owed.write(() => giveBack(ctx, job, 0));
}

/**
 * Spends an attempt of a job whose handler failed unexpectedly, so that it is retried and ends like any other fault. A job that is
 * no longer ours stays as it is.
 */
async function spendAttempt(ctx: Ctx, handlers: Handlers, job: Claimed): Promise<void> {
  const fault = new JobError("transient", "unknown", "The attempt failed unexpectedly; the log says how.");
  try {
    await handlers.fail(ctx, job, fault);
  } catch (refused) {
    if (isDatabaseAway(refused)) throw refused;
    ctx.log.error({ reason: String(refused) }, "the fault of a job could not be recorded with its item");
    // The job ends at its last attempt all the same; the sweep then settles what waits for it.
    await failJob(ctx, job, fault, async () => {});
  }
}

type Analysis = { kind: AnalysisKind; runId: number; job: AnalysisJob };

async function takeAnalysis(ctx: Ctx, boss: PgBoss): Promise<Analysis | null> {
  if (await wholePause(ctx)) return null;
  for (const kind of Object.keys(ANALYSES) as AnalysisKind[]) {
    const [job] = await boss.fetch<{ runId: number }>(ANALYSES[kind], { batchSize: 1 });
    if (!job) continue;
    const { retryCount } = job as unknown as { retryCount: number };
    return { kind, runId: job.data.runId, job: { queue: ANALYSES[kind], id: job.id, retryCount } };
  }
  return null;
}

async function analyze({ ctx, boss, handlers, end, owed }: Work, { kind, runId, job }: Analysis): Promise<void> {
  const { queue, ...held } = job;
  try {
    await handlers.analyze({ ...ctx, now: await readClock(ctx.db) }, kind, runId, end);
    await boss.complete(queue, held);
  } catch (error) {
    // A worker that ends spends no attempt.
    if (end.aborted) return void (await owed.write(() => giveBackAnalysis(ctx, job)));
    ctx.log.warn({ reason: String(error), queue }, "an analysis failed");
    await owed.write(() => boss.fail(queue, held, { message: storableText(String(error)) }));
  }
}
