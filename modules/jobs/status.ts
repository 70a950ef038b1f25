import type { Ctx } from "#lib/base/context";
import { type ModelLimit, modelLimits } from "./sql/model-limits.ts";
import { type Pause, pausesNow } from "./pauses.ts";
import { workersSeen } from "./workers.ts";

export type QueueState = Readonly<{
  /** Whether a worker was seen within the last 70 seconds, and the queue as a whole is not paused. */
  isRunning: boolean;
  isPaused: boolean;
  workers: number;
  lastSeenAt: Date | null;
  pauses: readonly Pause[];
  models: readonly ModelLimit[];
}>;

/** Whether a worker is running, the pauses, and the number of conversations that each model takes at once. */
export async function queueState(ctx: Pick<Ctx, "db">): Promise<QueueState> {
  const pauses = await pausesNow(ctx);
  const { workers, lastSeenAt } = await workersSeen(ctx);
  const isPaused = pauses.some(({ scope }) => scope === "queue");
  return { isRunning: workers > 0 && !isPaused, isPaused, workers, lastSeenAt, pauses, models: await modelLimits(ctx) };
}
