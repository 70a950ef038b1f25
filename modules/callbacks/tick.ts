import { z } from "zod";
import type { Ctx } from "#lib/base/context";
import { DecentHours, haveHoursOver, haveOverslept, moveToNextHours, wakeEntries } from "#modules/call-queue";
import { query, sql } from "#lib/database/sql";
import { cancelUncallable } from "./numbers/cancel-uncallable.ts";
import { decide } from "./routing/decide.ts";
import { changesSomething, type UserPlan, type Verdict } from "./routing/plan.ts";
import { LEAD_MINUTES, minusSeconds, plusMinutes, TICK_LIMIT } from "./rules.ts";
import type { TickAnswer } from "./schema.ts";
import type { Snapshot } from "./routing/snapshot.ts";
import { loadSnapshot } from "./sql/load-snapshot.ts";
import { type Ledger, writeLedger } from "./sql/write-ledger.ts";
import { writePlans } from "./routing/apply.ts";

/** Names the tick among advisory locks. Any constant does; it only must not change between two versions. */
const TICK_LOCK = 5_120_001;

/** The result of a tick, and the calls whose lease has expired: the caller ends them in the same transaction. */
type Routed = { answer: TickAnswer; abandoned: string[] };

/**
 * The routing of a tick: every callback due within six minutes or overdue gets a live entry or a reason why not, entries of agents
 * who are gone are routed again, and a ledger row says so, in a constant number of statements. Called within a transaction. While
 * another tick is running it does nothing and answers `skipped`; running it twice, or ten at once, leaves the rows of one, because
 * entries are unique by index and every write is conditional. `elapsed` measures the tick in milliseconds.
 */
export async function routeDue(tx: Ctx, source: "cron" | "catch-up", elapsed: () => number): Promise<Routed> {
  const { tickRunId, areHoursOver, haveSleptIn } = await startOnlyTick(tx);
  if (tickRunId === null) return { answer: skippedAnswer(elapsed()), abandoned: [] };
  const snapshot = await loadSnapshot(tx.db, {
    now: tx.now,
    horizon: plusMinutes(tx.now, LEAD_MINUTES),
    silentSince: minusSeconds(tx.now, tx.limits.agentGraceSeconds),
    limit: TICK_LIMIT,
  });
  if (areHoursOver) await moveToNextHours(tx.db, new DecentHours(tx.limits), tx.now);
  if (areHoursOver || haveSleptIn) await wakeEntries(tx.db, tx.now);
  const plans = decide(snapshot, tx.limits, tx.now);
  const written = await writePlans(tx, tickRunId, plans.filter(changesSomething), snapshot.due);
  const ledger = balance(snapshot, [...written, ...plans.filter((plan) => !changesSomething(plan))], source, tx.now);
  await cancelUncallable(tx, usersToLookAt(plans));
  await writeLedger(tx.db, tickRunId, ledger);
  return { answer: answerOf(ledger, elapsed()), abandoned: written.flatMap(({ abandon }) => abandon) };
}

/** Users whose number may have been marked while they were in a call that has ended, or while the promise was made. */
function usersToLookAt(plans: readonly UserPlan[]): bigint[] {
  const isRefused = ({ verdicts }: UserPlan): boolean =>
    verdicts.some(([, verdict]) => "code" in verdict && verdict.code === "do_not_call");
  return plans.filter((plan) => plan.abandon.length > 0 || isRefused(plan)).map(({ userId }) => BigInt(userId));
}

const begun = z.object({ tickRunId: z.bigint().nullable(), areHoursOver: z.boolean(), haveSleptIn: z.boolean() });

/** Writes the ledger row of this tick, unless another tick is running, and reads which regular entries need work. */
async function startOnlyTick({ db, now }: Ctx): Promise<z.infer<typeof begun>> {
  const [row] = await query(
    db,
    begun,
    sql`SELECT CASE WHEN pg_try_advisory_xact_lock(${TICK_LOCK}::bigint)
                    THEN nextval(pg_get_serial_sequence('tick_runs', 'id')) END AS "tickRunId",
               ${haveHoursOver(now)} AS "areHoursOver", ${haveOverslept(now)} AS "haveSleptIn"`,
  );
  return row!;
}

/** Adds up the verdicts of the due callbacks. The database counted `due` on its own, so a lost callback would show. */
function balance(snapshot: Snapshot, plans: readonly UserPlan[], source: string, now: Date): Ledger {
  const verdicts = new Map<number, Verdict>(plans.flatMap((plan) => plan.verdicts));
  const deferred: Record<string, number> = {};
  const refused: Record<string, number> = {};
  const tally = { newlyQueued: 0, alreadyQueued: 0, quarantined: 0 };
  const failures: Ledger["failures"] = [];
  for (const [callbackId, verdict] of verdicts) {
    if (!("code" in verdict)) {
      tally[verdict.kind] += 1;
      continue;
    }
    if (verdict.kind === "deferred") deferred[verdict.code] = (deferred[verdict.code] ?? 0) + 1;
    else if (verdict.kind === "refused") refused[verdict.code] = (refused[verdict.code] ?? 0) + 1;
    else tally.quarantined += 1;
    failures.push({ callbackId, kind: verdict.kind, code: verdict.code, reason: verdict.reason });
  }
  const beyondLimit = snapshot.dueCount - snapshot.due.length;
  if (beyondLimit > 0) deferred.tick_full = beyondLimit;
  const sum = (pick: (plan: UserPlan) => number): number => plans.reduce((total, plan) => total + pick(plan), 0);
  const overdue = snapshot.due.filter((callback) => callback.scheduledFor < now).length;
  return {
    source,
    startedAt: now,
    due: snapshot.dueCount,
    ...tally,
    deferred,
    refused,
    upcoming: snapshot.due.length - overdue,
    overdue,
    routed: sum((plan) => plan.counts.routed),
    unassigned: sum((plan) => plan.counts.unassigned),
    rerouted: sum((plan) => plan.counts.rerouted),
    failures,
  };
}

function answerOf(ledger: Ledger, duration: number): TickAnswer {
  const {
    due,
    newlyQueued,
    alreadyQueued,
    deferred,
    refused,
    quarantined,
    upcoming,
    overdue,
    routed,
    unassigned,
    rerouted,
  } = ledger;
  const failures = ledger.failures as TickAnswer["failures"];
  const errors = failures.filter(({ kind }) => kind !== "deferred").length;
  return {
    success: true,
    message:
      due === 0
        ? "Nothing is due."
        : `${due} due: ${newlyQueued} queued now, ${alreadyQueued} already queued, ${failures.length} not queued.`,
    skipped: false,
    results: {
      processed: upcoming + overdue,
      notified: newlyQueued,
      routed,
      errors,
      upcoming,
      overdue,
      unassigned,
      rerouted,
    },
    ledger: { due, newlyQueued, alreadyQueued, deferred, refused, quarantined },
    failures,
    duration,
  };
}

function skippedAnswer(duration: number): TickAnswer {
  const results = {
    processed: 0,
    notified: 0,
    routed: 0,
    errors: 0,
    upcoming: 0,
    overdue: 0,
    unassigned: 0,
    rerouted: 0,
  };
  return {
    success: true,
    message: "Another tick is running; it does the work.",
    skipped: true,
    results,
    ledger: null,
    failures: [],
    duration,
  };
}
