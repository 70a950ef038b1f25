import { stopwatch } from "#lib/time/clock";
import type { Ctx } from "#lib/base/context";
import { inTransaction } from "#lib/database/db";
import { type Until, UNBOUNDED } from "#lib/time/until";
import { modules } from "../all.ts";
import { BATCH, minusDays } from "./rules.ts";
import { type Deleted, noneDeleted, type SweepAnswer } from "./schema.ts";

/**
 * Deletes data that ended longer ago than RETENTION_DAYS, oldest first: callbacks with everything that belongs to them, calls and
 * queue entries, messages, runs; dead letters of messages after DLQ_RETENTION; and old ticks, idempotency keys, sign-ins and
 * counts of requests. Each batch is a short transaction of its own, so that dying, repeating and overlapping are harmless. Stops
 * when nothing is left (`done`), or when `until` stops it; the next call continues.
 */
export async function sweep(
  ctx: Ctx,
  { batch = BATCH, until = UNBOUNDED }: { batch?: number; until?: Until } = {},
): Promise<SweepAnswer> {
  const elapsed = stopwatch();
  const deleted = noneDeleted();
  const kinds = modules.flatMap(({ personalData }) => personalData?.retire?.(ctx.limits) ?? []);
  for (const { rows: counted, days, most = batch, retire } of kinds) {
    const limit = Math.min(batch, most);
    for (let rows = limit; rows === limit; ) {
      if (until.stop.aborted) return answerOf(deleted, false, elapsed());
      const part = await inTransaction(ctx, (tx) => retire(tx.db, { before: minusDays(ctx.now, days), limit }));
      for (const [name, count] of Object.entries(part)) deleted[name as keyof Deleted] += count;
      rows = part[counted] ?? 0;
    }
  }
  return answerOf(deleted, true, elapsed());
}

function answerOf(deleted: Deleted, done: boolean, duration: number): SweepAnswer {
  const rows = Object.values(deleted).reduce((total, count) => total + count, 0);
  const message = `${rows} rows deleted; ${done ? "nothing older is left." : "the time was up, and the next call goes on."}`;
  return { success: true, message, done, deleted, duration };
}
