import { z } from "zod";
import type { Ctx } from "#lib/base/context";
import { inTransaction } from "#lib/database/db";
import { query, sql } from "#lib/database/sql";
import { type Until, UNBOUNDED } from "#lib/time/until";
import { cancelProbes, enqueueProbes, lostJobs, openQueues, type Priority } from "#modules/jobs";
import { finishRun } from "./finish.ts";
import { recountRuns } from "./recount.ts";
import { CHUNK } from "./rules.ts";
import { fillRun } from "./start.ts";
import { findCancelledLive, findOrphans, findRetriedLate } from "./sql/find-left.ts";
import { probesOf } from "./sql/next-items.ts";
import { loseItems } from "./sql/lose-items.ts";
import { PRIORITY_NAME } from "./sql/find-runs.ts";
import { cancelItems } from "./steer.ts";

/** Maximum of each kind in one sweep. */
const MAX = 1_000;

/** The counts of a sweep's repairs. */
export type Swept = {
  filled: number;
  finished: number;
  cancelled: number;
  expired: number;
  requeued: number;
  orphans: number;
  recounted: number;
};

const ids = z.object({ id: z.int() });

/**
 * Completes the work of processes that died: fills runs, ends runs whose items have all ended, settles items whose last attempt
 * expired without them, queues items that have no job, cancels jobs that no item waits for, corrects counts. Running it twice, or
 * ten at once, leaves the same as running it once. Work for which `until` leaves no time is left to the next sweep.
 */
export async function sweepRuns(ctx: Ctx, { stop }: Until = UNBOUNDED): Promise<Swept> {
  const swept: Swept = { filled: 0, finished: 0, cancelled: 0, expired: 0, requeued: 0, orphans: 0, recounted: 0 };
  const open = await query(
    ctx.db,
    ids.extend({ isSealed: z.boolean() }),
    sql`SELECT id, sealed_at IS NOT NULL AS "isSealed" FROM runs WHERE ended_at IS NULL ORDER BY id LIMIT ${MAX}`,
  );
  for (const { id, isSealed } of open) {
    if (stop.aborted) break;
    if (!isSealed) {
      while (!stop.aborted && (await fillRun(ctx, id))) swept.filled += 1;
    }
    swept.expired += await settleLost(ctx, id, swept);
    if (await finishRun(ctx, id)) swept.finished += 1;
  }
  for (const id of await findCancelledLive(ctx, MAX)) {
    while (!stop.aborted && (await cancelItems(ctx, id)));
    if (stop.aborted) break;
    swept.cancelled += 1;
  }
  for (const id of await findRetriedLate(ctx, MAX)) {
    if (stop.aborted) break;
    swept.expired += await settleLost(ctx, id, swept);
  }
  if (!stop.aborted) swept.orphans = await cancelOrphans(ctx);
  if (!stop.aborted) swept.recounted = await recountRuns(ctx);
  const repaired = swept.finished + swept.cancelled + swept.expired + swept.requeued + swept.orphans + swept.recounted;
  if (repaired > 0) ctx.log.warn(swept, "repaired runs");
  return swept;
}

/**
 * Settles items of one run whose job has ended without them, and queues those that have none. It looks at the first 5,000 waiting
 * items; a lost one stays among them until it is found. Returns how many had ended.
 */
async function settleLost(ctx: Ctx, runId: number, swept: Swept): Promise<number> {
  await openQueues(ctx);
  return inTransaction(ctx, async (tx) => {
    const waiting = await query(
      tx.db,
      z.object({ place: z.int(), jobId: z.string(), modelId: z.string() }),
      sql`SELECT place, job_id::text AS "jobId", model_id AS "modelId" FROM run_items
          WHERE run_id = ${runId} AND is_live ORDER BY place LIMIT ${CHUNK}`,
    );
    const { ended, missing } = await lostJobs(
      tx,
      waiting.map(({ jobId }) => jobId),
    );
    const lost = waiting.filter(({ jobId }) => missing.has(jobId));
    if (lost.length > 0) {
      const [run] = await query(
        tx.db,
        z.object({ priority: z.custom<Priority>() }),
        sql`SELECT ${PRIORITY_NAME} AS priority FROM runs WHERE id = ${runId}`,
      );
      const models = [...new Set(lost.map(({ modelId }) => modelId))];
      const probes = probesOf(runId, sql`place = ANY (${lost.map(({ place }) => place)}::int[])`);
      await enqueueProbes(tx, { runId, priority: run!.priority, models, probes });
      swept.requeued += lost.length;
    }
    if (ended.size === 0) return 0;
    // A job that was settled a moment ago has settled its item with it.
    return loseItems(tx, runId, [...ended]);
  });
}

/** Cancels jobs that no worker looks for and no item waits for. Returns how many there were. */
async function cancelOrphans(ctx: Ctx): Promise<number> {
  const orphans = await findOrphans(ctx, CHUNK);
  if (orphans.length > 0) await cancelProbes(ctx, orphans);
  return orphans.length;
}
