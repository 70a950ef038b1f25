import { stopwatch } from "#lib/time/clock";
import type { Ctx } from "#lib/base/context";
import { type Db, inTransaction } from "#lib/database/db";
import { BATCH, BUDGET_MS, KEY_DAYS, LIMIT_DAYS, minusDays, TICK_DAYS } from "./rules.ts";
import { type Deleted, noneDeleted, type SweepAnswer } from "./schema.ts";
import { type Batch, retireCallbacks, retireCalls, retireEntries, retireKeys, retireTicks } from "./sql/retire.ts";
import { retireConversations, retireParked, retireTasks } from "./sql/retire-tasks.ts";
import {
  retireDeadLetters,
  retireMessages,
  retireProviderEvents,
  retireSuppressions,
  retireUnreadable,
} from "./sql/retire-messages.ts";
import { retireDefinitions, retirePauses, retireRuns, RUNS } from "./sql/retire-runs.ts";
import { retireLimits, retireSessions, retireVerifications } from "./sql/retire-sign-ins.ts";

/**
 * What is deleted, in this order: a task goes before the callback it became, a call after the callbacks that need it.
 * `table` counts the rows of the batch, `most` is how many it may have where each is large.
 */
type Step = {
  table: keyof Deleted;
  days: number;
  most?: number;
  retire: (db: Db, batch: Batch) => Promise<Partial<Deleted>>;
};

/**
 * Deletes what ended longer ago than RETENTION_DAYS, oldest first: callbacks with all that belongs to them, calls and
 * queue entries, messages, runs; dead letters of messages after DLQ_RETENTION; and old ticks, idempotency keys, sign-ins and counts of requests. Each batch is a short transaction
 * of its own and whole, so that dying, repeating and overlapping are harmless. Stops when nothing is left (`done`) or
 * the time is up.
 */
export async function sweep(ctx: Ctx, { batch = BATCH, budgetMs = BUDGET_MS } = {}): Promise<SweepAnswer> {
  const elapsed = stopwatch();
  const deleted = noneDeleted();
  for (const { table, days, most = batch, retire } of stepsOf(ctx)) {
    const limit = Math.min(batch, most);
    for (let rows = limit; rows === limit; ) {
      if (elapsed() >= budgetMs) return answerOf(deleted, false, elapsed());
      const part = await inTransaction(ctx, (tx) => retire(tx.db, { before: minusDays(ctx.now, days), limit }));
      for (const [name, count] of Object.entries(part)) deleted[name as keyof Deleted] += count;
      rows = part[table] ?? 0;
    }
  }
  return answerOf(deleted, true, elapsed());
}

function stepsOf({ limits: { retentionDays, deadLetterSeconds } }: Ctx): Step[] {
  const deadLetterDays = deadLetterSeconds / 86_400;
  return [
    { table: "cursorTasks", days: retentionDays, retire: retireTasks },
    { table: "callbacks", days: retentionDays, retire: retireCallbacks },
    { table: "calls", days: retentionDays, retire: retireCalls },
    { table: "queueEntries", days: retentionDays, retire: retireEntries },
    { table: "tickRuns", days: TICK_DAYS, retire: retireTicks },
    { table: "idempotencyKeys", days: KEY_DAYS, retire: retireKeys },
    { table: "parkedResults", days: retentionDays, retire: retireParked },
    { table: "endedConversations", days: retentionDays, retire: retireConversations },
    { table: "messages", days: deadLetterDays, retire: retireDeadLetters },
    { table: "unreadableMessages", days: Math.min(deadLetterDays, retentionDays), retire: retireUnreadable },
    { table: "messages", days: retentionDays, retire: retireMessages },
    { table: "providerEvents", days: retentionDays, retire: retireProviderEvents },
    { table: "suppressions", days: retentionDays, retire: retireSuppressions },
    { table: "runs", days: retentionDays, most: RUNS, retire: retireRuns },
    { table: "runDefinitions", days: retentionDays, retire: retireDefinitions },
    { table: "runPauses", days: retentionDays, retire: retirePauses },
    { table: "sessions", days: 0, retire: retireSessions },
    { table: "verifications", days: 0, retire: retireVerifications },
    { table: "rateLimits", days: LIMIT_DAYS, retire: retireLimits },
  ];
}

function answerOf(deleted: Deleted, done: boolean, duration: number): SweepAnswer {
  const rows = Object.values(deleted).reduce((total, count) => total + count, 0);
  const message = `${rows} rows deleted; ${done ? "nothing older is left." : "the time was up, and the next call goes on."}`;
  return { success: true, message, done, deleted, duration };
}
