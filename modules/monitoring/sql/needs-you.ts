import { isoUtc, type Sql, sql } from "#lib/database/sql";
import { isAbout } from "#modules/callbacks";
import type { Figures } from "./figures.ts";

/** The rows that fit on a wall; the figures say how many there are. */
const ROWS_SHOWN = 30;

type Found = Pick<Figures, "overdue" | "overdueWithoutEntry" | "quarantined" | "problematic" | "openLedgers">;

/**
 * The rows behind the alerts of these figures as one JSON array, most urgent first: overdue callbacks without a queue entry, then
 * overdue ones, callbacks set aside, ticks that do not add up, calls without an outcome, and last callbacks due within the hour
 * with at most one snooze left. Each row has the name of the user, and the mark that keeps the user out of the queue.
 */
export function needsYouOf(now: Date, found: Found, snoozeLimit: number): Sql {
  const ids = [found.overdue, found.overdueWithoutEntry, found.quarantined].flat().map(Number);
  return sql`
    SELECT coalesce(jsonb_agg(jsonb_build_object('kind', kind, 'id', id, 'callbackId', callback_id, 'userId', user_id::text, 'userName', person.name, 'whyNotQueued', person.mark,
        'agent', (SELECT p.name FROM agent_presence p WHERE p.agent_id = coalesce(holder_id, asked_id)), 'agentId', coalesce(holder_id, asked_id),
        'isHeld', holder_id IS NOT NULL,
        'since', ${isoUtc(sql`since`)}, 'promisedFor', ${isoUtc(sql`promised_for`)}, 'snoozes', snoozes, 'snoozesLeft', greatest(0, ${snoozeLimit}::int - snoozes)) ORDER BY place, since, id), '[]')
    FROM (
      SELECT array_position(ARRAY['not_queued', 'overdue', 'set_aside', 'open_ledger', 'no_outcome', 'last_snooze'], kind) AS place, r.*
      FROM (
        SELECT CASE WHEN c.id = ANY (${found.overdueWithoutEntry.map(Number)}::int[]) THEN 'not_queued'
                    WHEN c.quarantined_at IS NOT NULL THEN 'set_aside' ELSE 'overdue' END AS kind,
               c.id::text AS id, c.id AS callback_id, c.user_id, ${HOLDER} AS holder_id, c.preferred_agent_id AS asked_id, c.scheduled_for AS since, c.promised_for, c.snoozes,
               c.quarantined_at IS NOT NULL AND c.event_data ->> 'code' = 'wrong_number' AS is_wrong_number
        FROM callbacks c WHERE c.id = ANY (${ids}::int[])
        UNION ALL
        SELECT 'last_snooze', c.id::text, c.id, c.user_id, ${HOLDER}, c.preferred_agent_id, c.scheduled_for, c.promised_for, c.snoozes, false
        FROM callbacks c
        WHERE c.status IN ('pending', 'accepted') AND c.scheduled_for BETWEEN ${now}::timestamptz AND ${now}::timestamptz + interval '1 hour'
          AND c.snoozes >= ${snoozeLimit}::int - 1 AND c.snoozes > 0 AND c.quarantined_at IS NULL
        UNION ALL
        SELECT 'no_outcome', s.id::text, s.callback_id, s.user_id, s.agent_id, NULL,
               coalesce(s.ended_at, s.started_at), NULL, 0, false
        FROM call_sessions s WHERE s.id = ANY (${found.problematic.map(BigInt)}::bigint[])
        UNION ALL
        SELECT 'open_ledger', t.id::text, NULL, NULL, NULL, NULL, t.started_at, NULL, 0, false
        FROM tick_runs t WHERE t.id = ANY (${found.openLedgers.map(BigInt)}::bigint[])
      ) r ORDER BY place, since, id LIMIT ${ROWS_SHOWN}::int
    ) rows LEFT JOIN LATERAL (
      SELECT name_of(u) AS name,
             CASE WHEN u.do_not_call THEN 'asked not to be called' WHEN u.wrong_number OR rows.is_wrong_number THEN 'the number is known to be wrong' END AS mark
      FROM users u WHERE u.id = rows.user_id) person ON true`;
}

/** The agent in whose queue the callback is. */
const HOLDER: Sql = sql`(
    SELECT q.assigned_to_agent_id FROM call_queue q
    WHERE q.status = 'assigned' AND ${isAbout(sql`q`)})`;
