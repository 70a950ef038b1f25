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

/** The live entry `entry` is about the callback `c`, or its call covers it. A user has at most one live entry. */
export const isAbout = (entry: Sql): Sql =>
  sql`(${entry}.user_id = c.user_id AND (${entry}.callback_id = c.id OR c.id = ANY (${entry}.named_callback_ids)))`;

/** As `waitsUntil`, where the statement has joined the live entry `entry` that is about the callback `c`. */
export const entryWaitsUntil = (entry: Sql, at: Sql): Sql => sql`
  CASE WHEN ${entry}.call_session_id IS NULL AND ${entry}.available_from > ${at} AND c.scheduled_for < ${at}
       THEN ${entry}.available_from END`;

/**
 * Until when the callback `c` may not be called, or null. A time that the user did not ask for waits for the morning of the user,
 * even when it has come.
 */
export const waitsUntil = (at: Sql): Sql =>
  sql`(SELECT ${entryWaitsUntil(sql`w`, at)} FROM live_entries w WHERE ${isAbout(sql`w`)})`;

/** As `IN_CALL`, where the statement has joined the live entry `entry` that is about the callback `c`. */
export const isEntryInCall = (entry: Sql): Sql => sql`${entry}.call_session_id IS NOT NULL`;

/** Somebody is calling about the callback `c`, or about another one of the user in a call that covers it. */
export const IN_CALL: Sql = sql`EXISTS (SELECT FROM live_entries w WHERE ${isAbout(sql`w`)} AND ${isEntryInCall(sql`w`)})`;

/**
 * The callback `c` is open and should have been called by `at`. One that waits for the morning is not late, nor is one that somebody is
 * calling about.
 */
export const isLate = (at: Sql): Sql => late(at, waitsUntil(at), IN_CALL);

/** As `isLate`, where the statement has joined the live entry `entry` that is about the callback `c`. */
export const isLateWithEntry = (entry: Sql, at: Sql): Sql => late(at, entryWaitsUntil(entry, at), isEntryInCall(entry));

function late(at: Sql, waits: Sql, inCall: Sql): Sql {
  return sql`(c.status IN ('pending', 'accepted') AND c.scheduled_for < ${at} AND ${waits} IS NULL AND NOT (${inCall}))`;
}
