import type { Ctx } from "#lib/base/context";
import {
  countActive,
  countAnalyses,
  PROBE,
  type QueueCounts,
  type QueueState,
  queueState,
  shownQueue,
} from "#modules/jobs";
import { countConversations } from "./sql/count-conversations.ts";

type Counts = Omit<QueueCounts, "queue">;

type QueueStatus = QueueState &
  Readonly<{
    jobTypes: readonly (Counts & { type: string })[];
    totals: Counts;
  }>;

/**
 * The state of the queues: counts by type, pauses, and the limits of the models. Conversations are counted from the stored counts
 * of runs that are open or ended within a day.
 */
export async function queueStatus(ctx: Pick<Ctx, "db">): Promise<QueueStatus> {
  const state = await queueState(ctx);
  const { live, ...ended } = await countConversations(ctx);
  const active = await countActive(ctx);
  const queues: QueueCounts[] = [
    { queue: PROBE, pending: Math.max(live - active, 0), active, ...ended },
    ...(await countAnalyses(ctx)),
  ];
  const totals: Counts = { pending: 0, active: 0, completed: 0, failed: 0, cancelled: 0 };
  for (const queue of queues) for (const of of Object.keys(totals) as (keyof Counts)[]) totals[of] += queue[of];
  return { ...state, jobTypes: queues.map(({ queue, ...counts }) => ({ type: shownQueue(queue), ...counts })), totals };
}
