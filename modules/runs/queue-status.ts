import { z } from "zod";
import type { Ctx } from "#lib/base/context";
import { query, sql } from "#lib/database/sql";
import {
  countActive,
  countAnalyses,
  PROBE,
  type QueueCounts,
  type QueueState,
  queueState,
  shownQueue,
} from "#modules/jobs";

type Counts = Omit<QueueCounts, "queue">;

type QueueStatus = QueueState &
  Readonly<{
    jobTypes: readonly (Counts & { type: string })[];
    totals: Counts;
  }>;

/** Jobs that have ended are counted for a day, as long as pg-boss keeps them. */
const KEPT_HOURS = 24;

const conversations = z.object({ live: z.int(), completed: z.int(), failed: z.int(), cancelled: z.int() });

/**
 * How the queues stand: by type as people write it, with everything that is paused and what each model takes at once. Conversations are
 * those of the runs that go on or ended within a day, by the counts that are kept of them.
 */
export async function queueStatus(ctx: Pick<Ctx, "db">): Promise<QueueStatus> {
  const state = await queueState(ctx);
  const [counted] = await query(
    ctx.db,
    conversations,
    sql`SELECT coalesce(sum(live), 0)::int AS live, coalesce(sum(completed), 0)::int AS completed, coalesce(sum(failed), 0)::int AS failed,
               coalesce(sum(cancelled), 0)::int AS cancelled
        FROM run_counts WHERE run_id = ANY (ARRAY(
          SELECT id FROM runs WHERE ended_at IS NULL OR ended_at > ringback_now() - ${KEPT_HOURS}::int * interval '1 hour'))`,
  );
  const { live, ...ended } = counted!;
  const active = await countActive(ctx);
  const queues: QueueCounts[] = [
    { queue: PROBE, pending: Math.max(live - active, 0), active, ...ended },
    ...(await countAnalyses(ctx)),
  ];
  const totals: Counts = { pending: 0, active: 0, completed: 0, failed: 0, cancelled: 0 };
  for (const queue of queues) for (const of of Object.keys(totals) as (keyof Counts)[]) totals[of] += queue[of];
  return { ...state, jobTypes: queues.map(({ queue, ...counts }) => ({ type: shownQueue(queue), ...counts })), totals };
}
