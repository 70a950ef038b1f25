import { z } from "zod";
import type { Db } from "#lib/database/db";
import type { DecentHours } from "../decent-hours.ts";
import { execute, query, sql } from "#lib/database/sql";
import { SCORE_RULES } from "../scores.ts";
import { hoursByZone } from "./regular-hours.ts";

const counts = z.object({ unsigned_users: z.int(), outstanding_requests: z.int() });

/**
 * Finds the users whom the regular queue may call now, with score and place, and keeps them for the statements of this
 * transaction. Excluded are users who are do-not-call, resting, closed for regular calls, promised a callback, in a call, or in
 * an entry other than their own pending regular one. Ties end in the user id.
 */
export async function findEligible(db: Db, now: Date): Promise<z.infer<typeof counts>> {
  await execute(
    db,
    sql`CREATE TEMPORARY TABLE eligible_users ON COMMIT DROP AS
        SELECT *, row_number() OVER (PARTITION BY queue_type ORDER BY score, waiting_since, user_id)::int AS place
        FROM (
          SELECT t.user_id, zone_of(u) AS time_zone, t.queue_type, t.claim_id, t.waiting_since,
                 (greatest(0, ${SCORE_RULES.firstDay}::int + ${SCORE_RULES.perWaitingDay}::int * floor(extract(epoch FROM ${now}::timestamptz - t.waiting_since) / 86400))
                   + ${SCORE_RULES.perAttempt}::int * least(coalesce(s.total_attempts, 0), ${SCORE_RULES.attemptsCounted}::int)
                   + coalesce((${JSON.stringify(SCORE_RULES.lastOutcome)}::jsonb ->> s.last_outcome)::int, 0))::int AS score
          FROM user_queue_types t
          JOIN users u ON u.id = t.user_id AND NOT u.do_not_call AND NOT u.wrong_number
          LEFT JOIN user_call_scores s ON s.user_id = t.user_id
          WHERE coalesce(s.is_active, true) AND coalesce(s.next_call_after <= ${now}::timestamptz, true)
            AND NOT EXISTS (SELECT FROM callbacks c WHERE c.user_id = t.user_id AND c.status IN ('pending', 'accepted'))
            AND NOT EXISTS (SELECT FROM open_calls c WHERE c.user_id = t.user_id
                              AND NOT rings_too_long(c, ${now}::timestamptz))
            AND NOT EXISTS (SELECT FROM live_entries q WHERE q.user_id = t.user_id
                              AND (q.status = 'assigned' OR q.callback_id IS NOT NULL))
        ) scored`,
  );
  const [row] = await query(
    db,
    counts,
    sql`SELECT count(*) FILTER (WHERE queue_type = 'unsigned_users')::int AS unsigned_users,
               count(*) FILTER (WHERE queue_type = 'outstanding_requests')::int AS outstanding_requests FROM eligible_users`,
  );
  return row!;
}

/** Removes pending regular entries of users who are not eligible any more. An entry that is being claimed is skipped. */
export async function removeIneligible(db: Db, now: Date): Promise<number> {
  return execute(
    db,
    sql`WITH gone AS MATERIALIZED (
          SELECT q.id FROM call_queue q WHERE q.status = 'pending' AND q.callback_id IS NULL
            AND NOT EXISTS (SELECT FROM eligible_users e WHERE e.user_id = q.user_id)
          ORDER BY q.id FOR UPDATE SKIP LOCKED
        )
        UPDATE call_queue q SET status = 'removed', closed_at = ${now}::timestamptz, closed_reason = 'not eligible for a regular call any more'
        FROM gone WHERE q.id = gone.id AND q.status = 'pending'`,
  );
}

/** Updates score, queue and place of pending regular entries; writes only changes. */
export async function updateRegular(db: Db): Promise<number> {
  return execute(
    db,
    sql`WITH changed AS MATERIALIZED (
          SELECT q.id, e.queue_type, e.claim_id, e.score, e.place FROM call_queue q JOIN eligible_users e ON e.user_id = q.user_id
          WHERE q.status = 'pending' AND q.callback_id IS NULL
            AND (q.queue_type, q.claim_id, q.priority_score, q.queue_position) IS DISTINCT FROM (e.queue_type, e.claim_id, e.score, e.place)
          ORDER BY q.id FOR UPDATE OF q SKIP LOCKED
        )
        UPDATE call_queue q SET queue_type = c.queue_type, claim_id = c.claim_id, priority_score = c.score, queue_position = c.place
        FROM changed c WHERE q.id = c.id AND q.status = 'pending'`,
  );
}

/**
 * Makes an entry, with the decent hours of its user, for every eligible user without one; the unique index skips a user who has
 * one by now.
 */
export async function insertRegular(db: Db, now: Date, hours: DecentHours): Promise<number> {
  const byZone = await hoursByZone(db, sql`SELECT DISTINCT time_zone AS zone FROM eligible_users`, hours, now);
  return execute(
    db,
    sql`INSERT INTO call_queue (user_id, claim_id, queue_type, priority_score, queue_position, queue_reason, available_from, available_until, created_at)
        SELECT e.user_id, e.claim_id, e.queue_type, e.score, e.place,
               CASE e.queue_type WHEN 'unsigned_users' THEN 'A signature has been missing since ' ELSE 'The oldest request has been open since ' END
                 || to_char(e.waiting_since AT TIME ZONE 'UTC', 'YYYY-MM-DD') || '.',
               greatest((h.hours ->> 'from')::timestamptz, ${now}::timestamptz), (h.hours ->> 'until')::timestamptz, ${now}::timestamptz
        FROM eligible_users e JOIN jsonb_each(${byZone}::jsonb) AS h(zone, hours) ON h.zone = e.time_zone
        WHERE NOT EXISTS (SELECT FROM live_entries q WHERE q.user_id = e.user_id)
        ORDER BY e.user_id ON CONFLICT DO NOTHING`,
  );
}

/** Stores the score and queue of each eligible user; writes only changes. */
export async function keepScores(db: Db, now: Date): Promise<void> {
  await execute(
    db,
    sql`INSERT INTO user_call_scores AS s (user_id, current_score, current_queue_type, updated_at)
        SELECT e.user_id, e.score, e.queue_type, ${now}::timestamptz FROM eligible_users e
        WHERE NOT EXISTS (SELECT FROM user_call_scores k WHERE k.user_id = e.user_id
                            AND (k.current_score, k.current_queue_type) IS NOT DISTINCT FROM (e.score, e.queue_type))
        ORDER BY e.user_id
        ON CONFLICT (user_id) DO UPDATE
        SET current_score = excluded.current_score, current_queue_type = excluded.current_queue_type, updated_at = excluded.updated_at`,
  );
}
