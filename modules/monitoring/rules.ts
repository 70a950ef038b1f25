import type { Figures } from "./sql/figures.ts";

/** A tick older than this is late: the cron starts one every minute. */
export const TICK_LATE_AFTER_SECONDS = 120;
/** Promises kept on time, in percent: the level of a good contact centre. */
export const ON_TIME_TARGET = 95;

export type Alert = { level: "warning" | "error"; message: string; ids: string[] };

/** `part` of `whole` in percent with one decimal; 100 when `whole` is zero. Never above 100. */
export function rate(part: number, whole: number): number {
  return whole === 0 ? 100 : Math.min(100, Math.round((part / whole) * 1_000) / 10);
}

/**
 * Promises kept on time as a share of those that are decided: one that is still within its tolerance is neither kept nor broken.
 */
export function onTimeRate({ keptOnTime, dueInPeriod, stillInTime }: Figures): number {
  return rate(keptOnTime, dueInPeriod - stillInTime);
}

/** Scheduled follow-ups for which a callback exists, as a share of those that were scheduled. */
export function conversionRate(figures: Figures): number {
  return rate(figures.matchedCallbacks, figures.inboundWithCallbacksScheduled);
}

/**
 * Inbound calls with an outcome as a share of all inbound calls; 100 without any. At most 50 while the last tick is older than
 * two minutes, while no tick ever ran though a callback is overdue, or while a ledger does not close; at most 79 while an overdue
 * callback has been without an entry for two minutes.
 */
export function healthScore(figures: Figures): { score: number; reasons: string[] } {
  const base = rate(figures.inboundWithOutcomes, figures.totalInboundCalls);
  const reasons: string[] = [];
  if (base < 100)
    reasons.push(
      `${figures.totalInboundCalls - figures.inboundWithOutcomes} of ${figures.totalInboundCalls} inbound calls have no outcome.`,
    );
  let cap = 100;
  const lower = (to: number, reason: string): void => {
    cap = Math.min(cap, to);
    reasons.push(reason);
  };
  if (figures.tickAgeSeconds !== null && figures.tickAgeSeconds > TICK_LATE_AFTER_SECONDS) {
    lower(50, `The last tick was ${figures.tickAgeSeconds} seconds ago.`);
  }
  if (figures.tickAgeSeconds === null && figures.overdueNow > 0)
    lower(50, "No tick has run yet, and a callback is overdue.");
  if (figures.openLedgers.length > 0)
    lower(50, `The ledger of ${many(figures.openLedgers, "tick", "ticks")} does not close.`);
  if (figures.overdueWithoutEntry.length > 0) {
    lower(
      79,
      `${many(figures.overdueWithoutEntry, "overdue callback has", "overdue callbacks have")} been without a queue entry for two minutes.`,
    );
  }
  return { score: Math.min(base, cap), reasons };
}

function many(ids: readonly string[], one: string, several: string): string {
  return `${ids.length} ${ids.length === 1 ? one : several}`;
}

/** The alerts for a supervisor, each with the ids of its rows. */
export function alertsOf(figures: Figures): Alert[] {
  const alerts: Alert[] = [];
  const { score, reasons } = healthScore(figures);
  if (score < 80) alerts.push({ level: "warning", message: `Health is ${score}. ${reasons.join(" ")}`, ids: [] });
  const stale = figures.tickAgeSeconds !== null && figures.tickAgeSeconds > TICK_LATE_AFTER_SECONDS;
  if (stale)
    alerts.push({
      level: "error",
      message: `No tick for ${figures.tickAgeSeconds} seconds: is the cron running?`,
      ids: [],
    });
  const add = (level: Alert["level"], ids: string[], message: string): void => {
    if (ids.length > 0) alerts.push({ level, message, ids });
  };
  add("error", figures.problematic, "Calls ended without an outcome; record what came of them.");
  add("error", figures.openLedgers, "Ticks whose ledger does not close.");
  add("error", figures.overdueWithoutEntry, "Overdue callbacks without a queue entry.");
  add("warning", figures.quarantined, "Callbacks set aside; each says why.");
  const conversion = conversionRate(figures);
  if (figures.inboundWithCallbacksScheduled > 0 && conversion < 50) {
    alerts.push({
      level: "warning",
      message: `Only ${conversion} % of the callbacks scheduled in calls exist.`,
      ids: [],
    });
  }
  return alerts;
}
