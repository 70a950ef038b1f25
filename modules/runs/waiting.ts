import type { Ctx } from "#lib/base/context";
import { type Pause, queueState, runsAhead, standingOf } from "#modules/jobs";
import { isHolding } from "./progress.ts";
import { findOpenItems } from "./sql/find-open-items.ts";
import { type Run, runOf } from "./store.ts";

/** Why a run or an item waits: a code for programs, a sentence for people, and until when, if known. */
export type Reason = Readonly<{
  code:
    | "PAUSED_RUN"
    | "PAUSED_MODEL"
    | "PAUSED_QUEUE"
    | "THROTTLED"
    | "RETRY_AT"
    | "MODEL_LIMIT"
    | "FAIR_SHARE"
    | "NO_WORKER"
    | "NOT_ALL_QUEUED"
    | "RUNNING";
  sentence: string;
  until: Date | null;
  modelId: string | null;
}>;

export type Waiting = Readonly<{
  /** The reasons of the run as a whole; none when it has ended. */
  reasons: readonly Reason[];
  /** The items that have not ended, in the order of the run. */
  items: readonly Readonly<{ itemId: string; scenarioId: string; modelId: string; reasons: readonly Reason[] }>[];
}>;

type Scene = Readonly<{
  pauses: readonly Pause[];
  workers: number;
  lastSeenAt: Date | null;
  limits: ReadonlyMap<string, { atOnce: number; running: number }>;
  ahead: number;
  running: number;
}>;

const reason = (
  code: Reason["code"],
  sentence: string,
  until: Date | null = null,
  modelId: string | null = null,
): Reason => ({ code, sentence, until, modelId });

/**
 * Why a run waits, and why each of its first `limit` items that have not ended waits. API and page both use it: a run or item
 * that has not ended has at least one reason. Refuses `not_found`.
 */
export async function waitingBecause(ctx: Pick<Ctx, "db">, runId: number, limit = 100): Promise<Waiting> {
  const run = await runOf(ctx, runId);
  return (await waitingOf(ctx, [run], limit))[0]!;
}

/** The same for several runs, in a constant number of statements. */
export async function waitingOf(ctx: Pick<Ctx, "db">, runs: readonly Run[], limit = 100): Promise<Waiting[]> {
  const runIds = runs.map(({ id }) => id);
  const open = await findOpenItems(ctx, runIds, Math.min(Math.max(limit, 1), 1_000));
  if (runs.every(({ endedAt }) => endedAt !== null) && open.length === 0) return runs.map(() => ENDED);
  const byRunId = Map.groupBy(open, ({ runId }) => runId);
  const { pauses, workers, lastSeenAt, models } = await queueState(ctx);
  const limits = new Map(models.map(({ modelId, ...limit }) => [modelId, limit]));
  const standing = await standingOf(
    ctx,
    open.map(({ jobId }) => jobId),
  );
  const jobs = new Map(standing.map((job) => [job.id, job]));
  const ahead = await runsAhead(ctx, runIds);
  return runs.map((run) => {
    const mine = byRunId.get(run.id) ?? [];
    if (run.endedAt !== null && mine.length === 0) return ENDED;
    const scene: Scene = {
      pauses: pauses.filter((pause) => isHolding(pause, run)),
      workers,
      lastSeenAt,
      limits,
      ahead: ahead.get(run.id) ?? 0,
      running: mine.filter(({ jobId }) => jobs.get(jobId)?.state === "active").length,
    };
    const items = mine.map(({ runId, place, scenarioId, modelId, jobId }) => ({
      itemId: `${runId}-${place}`,
      scenarioId,
      modelId,
      reasons: ofItem(scene, modelId, jobs.get(jobId)),
    }));
    return { reasons: run.endedAt !== null ? [] : ofRun(scene, run.isSealed, run.queued, run.total, items), items };
  });
}

const ENDED: Waiting = { reasons: [], items: [] };

/** The reasons of one item. The next sweep queues a job that is missing in the queue. */
function ofItem(scene: Scene, modelId: string, job?: { state: string; startAfter: Date; isDue: boolean }): Reason[] {
  if (job?.state === "active") return [reason("RUNNING", "A worker is working on it.", null, modelId)];
  const reasons = scene.pauses.filter(({ scope, target }) => scope !== "model" || target === modelId).map(ofPause);
  if (job && !job.isDue) {
    reasons.push(reason("RETRY_AT", `It is tried again at ${job.startAfter.toISOString()}.`, job.startAfter, modelId));
  }
  const limit = scene.limits.get(modelId);
  if (limit && limit.running >= limit.atOnce) {
    reasons.push(
      reason("MODEL_LIMIT", `${modelId} takes ${limit.atOnce} at once and has ${limit.running}.`, null, modelId),
    );
  }
  reasons.push(...ofWorkers(scene));
  return reasons.length > 0 ? reasons : [ofShare(scene)];
}

/** The reasons of the run: those that hold all of it, and those of each model. */
function ofRun(scene: Scene, isSealed: boolean, queued: number, total: number, items: Waiting["items"]): Reason[] {
  const reasons = scene.pauses.map((pause) => {
    const held = ofPause(pause);
    if (scene.running === 0) return held;
    // A reason that a person wrote may end without a full stop.
    const sentence = held.sentence.replace(/[^.!?]$/, "$&.");
    return { ...held, sentence: `${sentence} Pausing: ${scene.running} still running.` };
  });
  if (!isSealed) reasons.push(reason("NOT_ALL_QUEUED", `${queued} of ${total} jobs are queued so far.`));
  reasons.push(...ofWorkers(scene));
  const more = items
    .flatMap((item) => item.reasons)
    .filter(({ code }) => code === "MODEL_LIMIT" || code === "RETRY_AT");
  const seen = new Set<string>();
  for (const one of more) {
    const key = `${one.code} ${one.modelId}`;
    if (!seen.has(key)) reasons.push(one);
    seen.add(key);
  }
  if (reasons.length > 0) return reasons;
  return [scene.running > 0 ? reason("RUNNING", `${scene.running} of its conversations are running.`) : ofShare(scene)];
}

function ofPause({ scope, target, isHard, isAutomatic, pausedBy, why, until }: Pause): Reason {
  const what = scope === "queue" ? "Everything" : scope === "run" ? "The run" : `The model ${target}`;
  const end = until === null ? "" : ` until ${until.toISOString()}`;
  const words = why === null ? "." : `: ${why}`;
  const modelId = scope === "model" ? target : null;
  if (scope === "model" && isAutomatic)
    return reason("THROTTLED", `${what} is left alone${end}${words}`, until, modelId);
  const sentence = `${what} was paused${isHard ? " hard" : ""} by ${pausedBy}${end}${words}`;
  const code = scope === "queue" ? "PAUSED_QUEUE" : scope === "run" ? "PAUSED_RUN" : "PAUSED_MODEL";
  return reason(code, sentence, until, modelId);
}

function ofWorkers({ workers, lastSeenAt }: Scene): Reason[] {
  if (workers > 0) return [];
  const since =
    lastSeenAt === null ? "No worker was ever seen" : `No worker was seen since ${lastSeenAt.toISOString()}`;
  return [reason("NO_WORKER", `${since}; run npm run worker, or let the cron /api/cron/jobs be called.`)];
}

function ofShare({ ahead }: Scene): Reason {
  const sentence = ahead === 0 ? "It is next." : `${ahead} other runs are served before it, each in its turn.`;
  return reason("FAIR_SHARE", sentence);
}
