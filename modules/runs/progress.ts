import { z } from "zod";
import type { Ctx } from "#lib/base/context";
import { type Pause, pausesNow } from "#modules/jobs";
import { checked, listLength } from "./input.ts";
import { type CountOf, countProgress, type ModelProgress } from "./sql/progress.ts";
import { recentTasksOf, type Task } from "./sql/recent-tasks.ts";
import { type Run, runOf } from "./store.ts";

export type Progress = Readonly<{
  total: number;
  completed: number;
  failed: number;
  cancelled: number;
  throttled: number;
  /** 0 to 100, the share of ended items, rounded down to a tenth: 100 only when all have ended. */
  percentComplete: number;
  byModel: readonly Omit<ModelProgress, "runId" | "secondsLeft">[];
  stillRunning: number;
  /** Estimated from the last completions of each model; null when paused, or while a model has fewer than five. */
  estimatedSecondsRemaining: number | null;
}>;

/** The progress of a run. Refuses `not_found`. */
export async function progress(ctx: Pick<Ctx, "db">, runId: number): Promise<Progress> {
  const [run, models, pauses] = await Promise.all([runOf(ctx, runId), countProgress(ctx, [runId]), pausesNow(ctx)]);
  return progressFrom(run, models, pauses);
}

/** The progress of each of these runs, in two statements for any number of runs and items. */
export async function progressOf(
  ctx: Pick<Ctx, "db">,
  runs: readonly Run[],
  count: CountOf = countProgress,
): Promise<Map<number, Progress>> {
  const ids = runs.map(({ id }) => id);
  const [counted, pauses] = await Promise.all([count(ctx, ids), pausesNow(ctx)]);
  const byRun = Map.groupBy(counted, ({ runId }) => runId);
  return new Map(runs.map((run) => [run.id, progressFrom(run, byRun.get(run.id) ?? [], pauses)]));
}

function progressFrom(run: Run, models: readonly ModelProgress[], pauses: readonly Pause[]): Progress {
  const sum = (of: (model: ModelProgress) => number): number => models.reduce((all, model) => all + of(model), 0);
  const ended = sum(({ completed, failed, cancelled }) => completed + failed + cancelled);
  const isHeld = pauses.some((pause) => isHolding(pause, run));
  const left = models.map(({ secondsLeft }) => secondsLeft);
  return {
    total: run.total,
    completed: sum(({ completed }) => completed),
    failed: sum(({ failed }) => failed),
    cancelled: sum(({ cancelled }) => cancelled),
    throttled: sum(({ throttled }) => throttled),
    percentComplete: Math.floor((ended / run.total) * 1_000) / 10,
    byModel: models.map(({ runId: _, secondsLeft: __, ...model }) => model),
    stillRunning: sum(({ stillRunning }) => stillRunning),
    // Models advance side by side, so the slowest decides.
    estimatedSecondsRemaining:
      run.endedAt !== null ? 0 : isHeld || left.includes(null) ? null : Math.ceil(Math.max(0, ...left.map(Number))),
  };
}

/** The pauses that hold each of these runs now: of the run, of its models, and of everything. */
export async function pausesOf(ctx: Pick<Ctx, "db">, runs: readonly Run[]): Promise<Pause[][]> {
  const pauses = await pausesNow(ctx);
  return runs.map((run) => pauses.filter((pause) => isHolding(pause, run)));
}

/** Whether a pause holds a run, or one of its models. */
export function isHolding({ scope, target }: Pause, { id, models }: Pick<Run, "id" | "models">): boolean {
  return scope === "queue" || (scope === "run" ? target === String(id) : models.includes(target));
}

/** The number of recent tasks. Refuses JobValidationError outside 1 to 100. */
export function taskLimit(limit: number): number {
  return checked(z.strictObject({ limit: listLength }), { limit }).limit;
}

/** The items that ended last, latest first. Refuses JobValidationError for a limit outside 1 to 100, and `not_found`. */
export async function recentTasks(ctx: Pick<Ctx, "db">, runId: number, limit = 5): Promise<Task[]> {
  const wanted = { runId, limit: taskLimit(limit) };
  await runOf(ctx, runId);
  return (await recentTasksOf(ctx, [wanted]))[0]!;
}
