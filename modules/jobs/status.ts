import type { Ctx } from "#lib/context";
import { type ModelLimit, modelLimits } from "./limits.ts";
import { type Pause, pausesNow } from "./pauses.ts";
import { shownQueue } from "./rules.ts";
import { countJobs, type QueueCounts } from "./sql/standing.ts";
import { workersSeen } from "./workers.ts";

type Counts = Omit<QueueCounts, "queue">;

export type QueueStatus = Readonly<{
  /** Whether a worker was seen within the last 70 seconds, and the queue as a whole is not paused. */
  isRunning: boolean;
  isPaused: boolean;
  workers: number;
  lastSeenAt: Date | null;
  jobTypes: readonly (Counts & { type: string })[];
  totals: Counts;
  pauses: readonly Pause[];
  models: readonly ModelLimit[];
}>;

/** How the queues stand: by type as people write it, with everything that is paused and what each model takes at once. */
export async function queueStatus(ctx: Pick<Ctx, "db">): Promise<QueueStatus> {
  const counted = await countJobs(ctx);
  const pauses = await pausesNow(ctx);
  const { workers, lastSeenAt } = await workersSeen(ctx);
  const isPaused = pauses.some(({ scope }) => scope === "queue");
  const totals: Counts = { pending: 0, active: 0, completed: 0, failed: 0, cancelled: 0 };
  for (const queue of counted)
    for (const state of Object.keys(totals) as (keyof Counts)[]) totals[state] += queue[state];
  return {
    isRunning: workers > 0 && !isPaused,
    isPaused,
    workers,
    lastSeenAt,
    jobTypes: counted.map(({ queue, ...counts }) => ({ type: shownQueue(queue), ...counts })),
    totals,
    pauses,
    models: await modelLimits(ctx),
  };
}
