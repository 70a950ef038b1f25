import type { Ctx } from "#lib/base/context";
import {
  type AnalysisKind,
  type Pause,
  type QueueState,
  queueState,
  runsAhead,
  standingOf,
  waitingAnalyses,
} from "#modules/jobs";
import { isHolding } from "./progress.ts";
import { type Reason, reason } from "./reasons.ts";
import { findLiveItems, findOpenItems, type OpenItem } from "./sql/find-open-items.ts";
import { type CountOf, countProgress, type ModelProgress } from "./sql/progress.ts";
import { type Run, runOf } from "./store.ts";

export type Waiting = Readonly<{
  /** The reasons of the run as a whole; none when it has ended. */
  reasons: readonly Reason[];
  /** The items that have not ended, in the order of the run. */
  items: readonly Readonly<{ itemId: string; scenarioId: string; modelId: string; reasons: readonly Reason[] }>[];
}>;

/** An analysis that waits or is being made, and why it is not there yet. */
export type WaitingAnalysis = Readonly<{ kind: AnalysisKind; reasons: readonly Reason[] }>;

/** What decides together why anything waits. */
type Scene = Readonly<{
  queue: QueueState;
  limits: ReadonlyMap<string, { atOnce: number; running: number }>;
  jobs: ReadonlyMap<string, { state: string; startAfter: Date; isDue: boolean }>;
  ahead: ReadonlyMap<number, number>;
}>;

/**
 * Why a run waits, and why each of its first `limit` items that have not ended waits. API and page both use it: a run or item
 * that has not ended has at least one reason. Refuses `not_found`.
 */
export async function waitingBecause(ctx: Pick<Ctx, "db">, runId: number, limit = 100): Promise<Waiting> {
  const run = await runOf(ctx, runId);
  return (await waitingOf(ctx, [run], limit))[0]!;
}

/** The same for several runs, in a constant number of statements. */
export async function waitingOf(
  ctx: Pick<Ctx, "db">,
  runs: readonly Run[],
  limit = 100,
  count: CountOf = countProgress,
): Promise<Waiting[]> {
  const runIds = runs.map(({ id }) => id);
  const open = await findOpenItems(ctx, runIds, Math.min(Math.max(limit, 1), 1_000));
  if (runs.every(({ endedAt }) => endedAt !== null) && open.length === 0) return runs.map(() => ENDED);
  const scene = await sceneOf(ctx, runIds, open);
  const counted = Map.groupBy(await count(ctx, runIds), ({ runId }) => runId);
  const byRunId = Map.groupBy(open, ({ runId }) => runId);
  return runs.map((run) => {
    const items = (byRunId.get(run.id) ?? []).map((item) => ({
      itemId: item.itemId,
      scenarioId: item.scenarioId,
      modelId: item.modelId,
      reasons: ofItem(scene, item),
    }));
    return { reasons: run.endedAt === null ? ofRun(scene, run, counted.get(run.id) ?? [], items) : [], items };
  });
}

const ENDED: Waiting = { reasons: [], items: [] };

/** Why each of these items waits, wherever in its run it is; no reason for one that has ended. */
export async function itemsWaitingOf(
  ctx: Pick<Ctx, "db">,
  items: readonly Readonly<{ itemId: string; place: number }>[],
): Promise<(readonly Reason[])[]> {
  const keys = items.map(({ itemId, place }) => ({ runId: Number(itemId.split("-")[0]), place }));
  const live = await findLiveItems(ctx, keys);
  if (live.length === 0) return items.map(() => []);
  const scene = await sceneOf(ctx, [...new Set(live.map(({ runId }) => runId))], live);
  const reasons = new Map(live.map((item) => [item.itemId, ofItem(scene, item)]));
  return items.map(({ itemId }) => reasons.get(itemId) ?? []);
}

/** The analyses of each of these runs that wait or are being made, with their reasons. */
export async function analysesWaitingOf(
  ctx: Pick<Ctx, "db">,
  runIds: readonly number[],
): Promise<(readonly WaitingAnalysis[])[]> {
  const waiting = await waitingAnalyses(ctx, runIds);
  if (waiting.length === 0) return runIds.map(() => []);
  const queue = await queueState(ctx);
  const byRunId = Map.groupBy(waiting, ({ runId }) => runId);
  return runIds.map((runId) =>
    (byRunId.get(runId) ?? []).map(({ kind, state, startAfter, isDue, isLost, ahead }) => {
      if (state === "active") return { kind, reasons: [reason("RUNNING")] };
      const reasons = queue.pauses.filter(({ scope }) => scope === "queue").map((pause) => ofPause(pause));
      if (!isDue) reasons.push(reason("RETRY_AT", { until: startAfter, why: isLost ? ITS_WORKER_WAS_LOST : null }));
      reasons.push(...ofWorkers(queue));
      return { kind, reasons: reasons.length > 0 ? reasons : [reason("FAIR_SHARE", { ahead })] };
    }),
  );
}

const ITS_WORKER_WAS_LOST = "The worker that made it was lost.";

async function sceneOf(ctx: Pick<Ctx, "db">, runIds: readonly number[], items: readonly OpenItem[]): Promise<Scene> {
  const queue = await queueState(ctx);
  const standing = await standingOf(
    ctx,
    items.map(({ jobId }) => jobId),
  );
  return {
    queue,
    limits: new Map(queue.models.map(({ modelId, ...limit }) => [modelId, limit])),
    jobs: new Map(standing.map((job) => [job.id, job])),
    ahead: await runsAhead(ctx, runIds),
  };
}

/** The reasons of one live item, at least one. */
function ofItem({ queue, limits, jobs, ahead }: Scene, { runId, modelId, jobId, isCancelled }: OpenItem): Reason[] {
  const job = jobs.get(jobId);
  if (job?.state === "active") return [reason("RUNNING", { modelId })];
  if (isCancelled) return [reason("CANCELLING")];
  if (job && job.state !== "created" && job.state !== "retry") return [reason("ENDING", { modelId })];
  const reasons = queue.pauses
    .filter((pause) => isHolding(pause, { id: runId, models: [modelId] }))
    .map((pause) => ofPause(pause));
  if (!job) reasons.push(reason("LOST"));
  if (job && !job.isDue) reasons.push(reason("RETRY_AT", { until: job.startAfter }));
  const limit = limits.get(modelId);
  if (limit && limit.running >= limit.atOnce) reasons.push(reason("MODEL_LIMIT", { ...limit, modelId }));
  reasons.push(...ofWorkers(queue));
  return reasons.length > 0 ? reasons : [reason("FAIR_SHARE", { ahead: ahead.get(runId) ?? 0 })];
}

/**
 * The reasons of an open run: those that hold all of it, and those of each model that has items left; at least one for each of
 * these.
 */
function ofRun(scene: Scene, run: Run, counted: readonly ModelProgress[], items: Waiting["items"]): Reason[] {
  const runningOf = new Map(counted.map(({ modelId, stillRunning }) => [modelId, stillRunning]));
  const running = counted.reduce((sum, { stillRunning }) => sum + stillRunning, 0);
  const left = counted.filter((of) => of.completed + of.failed + of.cancelled < of.total);
  // A model that has done its part of the run does not hold it.
  const held = { id: run.id, models: run.isSealed ? left.map(({ modelId }) => modelId) : run.models };
  const reasons = scene.queue.pauses
    .filter((pause) => isHolding(pause, held))
    .map((pause) => ofPause(pause, pause.scope === "model" ? runningOf.get(pause.target) : running));
  if (!run.isSealed) reasons.push(reason("NOT_ALL_QUEUED", { queued: run.queued, total: run.total }));
  reasons.push(...ofWorkers(scene.queue));
  const seen = new Set<string>();
  for (const { modelId, ...item } of items) {
    for (const one of item.reasons) {
      const key = `${one.code} ${modelId}`;
      if (!OF_MODELS.has(one.code) || seen.has(key)) continue;
      reasons.push(reason(one.code, { ...one, modelId }));
      seen.add(key);
    }
  }
  const share = { ahead: scene.ahead.get(run.id) ?? 0 };
  if (reasons.length === 0) return [running > 0 ? reason("RUNNING", { running }) : reason("FAIR_SHARE", share)];
  if (reasons.some(({ modelId }) => modelId === null)) return reasons;
  const isNamed = new Set(reasons.map(({ modelId }) => modelId));
  for (const { modelId, stillRunning } of left) {
    if (isNamed.has(modelId)) continue;
    reasons.push(
      stillRunning > 0
        ? reason("RUNNING", { running: stillRunning, modelId })
        : reason("FAIR_SHARE", { ...share, modelId }),
    );
  }
  return reasons;
}

/** What holds items of one model and not the others; the run names each once. */
const OF_MODELS: ReadonlySet<string> = new Set(["MODEL_LIMIT", "RETRY_AT", "LOST"]);

const PAUSED = { queue: "PAUSED_QUEUE", run: "PAUSED_RUN", model: "PAUSED_MODEL" } as const;

/** A pause as a reason; `running` conversations are still awaited. */
function ofPause({ scope, target, isHard, isAutomatic, pausedBy, why, until }: Pause, running = 0): Reason {
  const code = scope === "model" && isAutomatic ? "THROTTLED" : PAUSED[scope];
  const modelId = scope === "model" ? target : null;
  return reason(code, { modelId, until, pausedBy, isHard, why, running: running > 0 ? running : null });
}

function ofWorkers({ workers, lastSeenAt }: QueueState): Reason[] {
  return workers > 0 ? [] : [reason("NO_WORKER", { since: lastSeenAt })];
}
