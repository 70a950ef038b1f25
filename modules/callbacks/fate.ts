import { type Sql, sql } from "#lib/database/sql";
import { LATE_AFTER_SECONDS } from "./rules.ts";

/** `LATE_AFTER_SECONDS` as an interval. */
export const TOLERANCE: Sql = sql`make_interval(secs => ${LATE_AFTER_SECONDS}::int)`;

/**
 * The fate of the promise `c` by the instant `at`, for every figure. `kept`: an agent first took the callback, by an accept or a
 * call, from five minutes before to five minutes after the promised time; also when the person did not answer, because a call was
 * promised, not a conversation. `missed`: it was taken at another time, it was not taken within those five minutes, or the number
 * was wrong, because then no call went to that person. `open`: undecided; no figure counts it.
 */
export const fateAt = (at: Sql): Sql => sql`CASE
  -- The call decides, because an erasure leaves its outcome.
  WHEN c.status = 'failed' AND EXISTS (SELECT FROM call_sessions w WHERE w.callback_id = c.id AND w.last_outcome_type = 'wrong_number')
  THEN 'missed'
  WHEN c.first_taken_at BETWEEN c.promised_for - ${TOLERANCE} AND c.promised_for + ${TOLERANCE} THEN 'kept'
  WHEN c.first_taken_at IS NOT NULL OR ${at} > c.promised_for + ${TOLERANCE} THEN 'missed'
  ELSE 'open' END`;

/**
 * Until when the callback `c` may not be called, or null. A time that the user did not ask for waits for the morning of the user,
 * even when it has come.
 */
export const waitsUntil = (at: Sql): Sql => sql`(
  SELECT min(w.available_from) FROM live_entries w
  WHERE w.user_id = c.user_id AND w.call_session_id IS NULL
    AND (w.callback_id = c.id OR c.id = ANY (w.named_callback_ids)) AND w.available_from > ${at} AND c.scheduled_for < ${at})`;

/** Somebody is calling about the callback `c`, or about another one of the user in a call that covers it. */
export const IN_CALL: Sql = sql`EXISTS (
  SELECT FROM live_entries w
  WHERE w.user_id = c.user_id AND w.call_session_id IS NOT NULL AND (w.callback_id = c.id OR c.id = ANY (w.named_callback_ids)))`;

/**
 * The callback `c` is open and should have been called by `at`. One that waits for the morning is not late, nor is one that somebody is
 * calling about.
 */
export const isLate = (at: Sql): Sql =>
  sql`(c.status IN ('pending', 'accepted') AND c.scheduled_for < ${at} AND ${waitsUntil(at)} IS NULL AND NOT ${IN_CALL})`;
