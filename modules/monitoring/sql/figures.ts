import { z } from "zod";
import type { Db } from "#lib/database/db";
import { query, type Sql, sql } from "#lib/database/sql";
import { fateAt, isAbout, isLate, QUEUED_AHEAD_MINUTES, waitsUntil } from "#modules/callbacks";

/** A due callback without a queue entry is a fault after this time: two ticks have missed it. */
const UNQUEUED_AFTER_MINUTES = 2;

const figures = z.object({
  now: z.date(),
  from: z.date(),
  totalInboundCalls: z.int(),
  inboundWithOutcomes: z.int(),
  inboundWithCallbacksScheduled: z.int(),
  matchedCallbacks: z.int(),
  problematic: z.array(z.string()),
  totalCallbacksCreated: z.int(),
  dueInPeriod: z.int(),
  keptOnTime: z.int(),
  stillInTime: z.int(),
  waitForMorning: z.int(),
  everAssigned: z.int(),
  withOwner: z.int(),
  ownerHits: z.int(),
  timeToQueueP99Seconds: z.number().nullable(),
  snoozeDebtMinutes: z.number(),
  overdue: z.array(z.string()),
  overdueNow: z.int(),
  oldestOverdueMinutes: z.int().nullable(),
  overdueWithoutEntry: z.array(z.string()),
  quarantined: z.array(z.string()),
  duplicatesStopped: z.int(),
  lastTickAt: z.date().nullable(),
  tickAgeSeconds: z.int().nullable(),
  runs: z.int(),
  longestGapSeconds: z.int().nullable(),
  openLedgers: z.array(z.string()),
  p95DurationMs: z.number().nullable(),
});
export type Figures = z.infer<typeof figures>;

/** A period: the last hours, or today since midnight in an IANA zone. */
export type Period = { hours: number } | { timeZone: string };

/** A promise counts, `c` being its row: not cancelled. */
export const COUNTS: Sql = sql`c.status <> 'cancelled'`;

/**
 * Reads all figures of one period in one statement, and so of one moment. "Due in the period": first promised for a time in it
 * that has come, and not cancelled. "On time": of the decided ones, as `fateAt` says. "Without entry": overdue for two minutes
 * with neither a live entry of its own nor one of its user that covers it, and not set aside. At most 20 ids of examples each.
 */
export async function readFigures(db: Db, period: Period): Promise<Figures> {
  const [row] = await query(
    db,
    figures,
    sql`
    WITH clock AS MATERIALIZED (SELECT t AS now, ${startOf(period)} AS "from" FROM ringback_now() t),
    inbound AS MATERIALIZED (
      SELECT s.* FROM call_sessions s, clock WHERE s.direction = 'inbound' AND s.started_at >= clock."from"
    ), problem AS MATERIALIZED (
      SELECT s.id FROM call_sessions s, clock
      WHERE s.started_at >= clock."from" AND s.status = 'completed' AND s.outcome_at IS NULL AND s.duration_seconds > 5
    ), due AS MATERIALIZED (
      SELECT c.*, ${fateAt(sql`clock.now`)} AS fate,
             EXISTS (SELECT FROM callback_notifications n WHERE n.callback_id = c.id AND n.agent_id IS NOT NULL) OR c.first_taken_at IS NOT NULL AS assigned
      FROM callbacks c, clock WHERE c.promised_for >= clock."from" AND c.promised_for <= clock.now AND ${COUNTS}
    ), overdue AS MATERIALIZED (
      SELECT c.id, c.scheduled_for, c.quarantined_at,
             EXISTS (SELECT FROM live_entries q WHERE ${isAbout(sql`q`)}) AS has_entry
      FROM callbacks c, clock WHERE ${isLate(sql`clock.now`)}
    ), ticks AS MATERIALIZED (
      SELECT t.id, t.started_at, t.finished_at, tick_difference(t) AS difference,
             extract(epoch FROM t.started_at - lag(t.started_at) OVER (ORDER BY t.started_at)) AS gap
      FROM tick_runs t, clock WHERE t.started_at >= clock."from"
    ), completed AS MATERIALIZED (
      SELECT preferred_agent_id, completed_by_agent_id FROM due WHERE status = 'completed' AND preferred_agent_id IS NOT NULL
    )
    SELECT clock.now, clock."from",
      (SELECT count(*)::int FROM inbound) AS "totalInboundCalls",
      (SELECT count(*)::int FROM inbound WHERE outcome_at IS NOT NULL) AS "inboundWithOutcomes",
      (SELECT count(*)::int FROM inbound WHERE callback_scheduled) AS "inboundWithCallbacksScheduled",
      (SELECT count(*)::int FROM inbound i WHERE i.callback_scheduled
         AND EXISTS (SELECT FROM callbacks c WHERE c.original_call_session_id = i.id)) AS "matchedCallbacks",
      ARRAY(SELECT id::text FROM problem ORDER BY id DESC LIMIT 20) AS problematic,
      (SELECT count(*)::int FROM callbacks c WHERE c.created_at >= clock."from") AS "totalCallbacksCreated",
      (SELECT count(*)::int FROM due) AS "dueInPeriod",
      (SELECT count(*)::int FROM due WHERE fate = 'kept') AS "keptOnTime",
      (SELECT count(*)::int FROM due WHERE fate = 'open') AS "stillInTime",
      (SELECT count(*)::int FROM callbacks c, clock
        WHERE c.status IN ('pending', 'accepted') AND c.scheduled_for < clock.now AND ${waitsUntil(sql`clock.now`)} IS NOT NULL) AS "waitForMorning",
      (SELECT count(*)::int FROM due WHERE assigned) AS "everAssigned",
      (SELECT count(*)::int FROM completed) AS "withOwner",
      (SELECT count(*)::int FROM completed WHERE preferred_agent_id = completed_by_agent_id) AS "ownerHits",
      (SELECT percentile_cont(0.99) WITHIN GROUP (ORDER BY greatest(0, extract(epoch FROM first_queued_at
          - greatest(promised_for - make_interval(mins => ${QUEUED_AHEAD_MINUTES}::int), created_at)))::float8) FROM due WHERE first_queued_at IS NOT NULL) AS "timeToQueueP99Seconds",
      (SELECT coalesce(sum(extract(epoch FROM scheduled_for - promised_for)) / 60, 0)::float8 FROM due WHERE snoozes > 0) AS "snoozeDebtMinutes",
      ARRAY(SELECT id::text FROM overdue ORDER BY scheduled_for, id LIMIT 20) AS overdue,
      (SELECT count(*)::int FROM overdue) AS "overdueNow",
      (SELECT floor(extract(epoch FROM clock.now - min(scheduled_for)) / 60)::int FROM overdue) AS "oldestOverdueMinutes",
      ARRAY(SELECT id::text FROM overdue WHERE NOT has_entry AND quarantined_at IS NULL AND scheduled_for <= clock.now - make_interval(mins => ${UNQUEUED_AFTER_MINUTES}::int) ORDER BY scheduled_for, id LIMIT 20) AS "overdueWithoutEntry",
      ARRAY(SELECT id::text FROM callbacks WHERE quarantined_at IS NOT NULL AND status IN ('pending', 'accepted') ORDER BY id LIMIT 20) AS quarantined,
      (SELECT coalesce(sum(replays), 0)::int FROM idempotency_keys k WHERE k.created_at >= clock."from") AS "duplicatesStopped",
      (SELECT max(started_at) FROM tick_runs) AS "lastTickAt",
      (SELECT floor(extract(epoch FROM clock.now - max(started_at)))::int FROM tick_runs) AS "tickAgeSeconds",
      (SELECT count(*)::int FROM ticks) AS runs,
      (SELECT max(gap)::int FROM ticks) AS "longestGapSeconds",
      ARRAY(SELECT id::text FROM ticks WHERE difference <> 0 ORDER BY id DESC LIMIT 20) AS "openLedgers",
      (SELECT percentile_cont(0.95) WITHIN GROUP (ORDER BY extract(epoch FROM finished_at - started_at)::float8 * 1000) FROM ticks) AS "p95DurationMs"
    FROM clock`,
  );
  return row!;
}

/** The beginning of the period; `t` is now. */
function startOf(period: Period): Sql {
  if ("hours" in period) return sql`t - make_interval(hours => ${period.hours}::int)`;
  return sql`date_trunc('day', t, ${period.timeZone}::text)`;
}
