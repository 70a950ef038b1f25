import { z } from "zod";
import type { Db } from "#lib/database/db";
import { ERASED_REQUEST } from "#lib/database/once";
import { execute, query, sql } from "#lib/database/sql";
import { ERASED, ERASED_PHONE } from "../rules.ts";
import type { Erasure } from "./erase-callbacks.ts";
import { isAbout } from "./kept-answers.ts";

/** Empties the user's row, marks it, and deletes the claims with their requirements. What calls taught stays: counts. */
export async function eraseUserRow(db: Db, { userId, now }: Erasure): Promise<{ users: number; claims: number }> {
  const [row] = await query(
    db,
    z.object({ users: z.int(), claims: z.int() }),
    sql`WITH emptied AS (
          UPDATE users SET first_name = ${ERASED}, last_name = ${ERASED}, phone = ${ERASED_PHONE}, number = NULL, email = NULL,
                 time_zone = NULL, zone_guess = 'UTC', do_not_call = true, wrong_number = false, erased_at = ${now}::timestamptz, updated_at = ${now}::timestamptz
          WHERE id = ${userId} AND erased_at IS NULL RETURNING id
        ), unclaimed AS (
          DELETE FROM claims WHERE user_id = ${userId} RETURNING id
        ), forgotten AS (
          UPDATE user_call_scores SET current_score = 0, current_queue_type = NULL
          WHERE user_id = ${userId} AND (current_score <> 0 OR current_queue_type IS NOT NULL)
        )
        SELECT (SELECT count(*)::int FROM emptied) AS users, (SELECT count(*)::int FROM unclaimed) AS claims`,
  );
  return row!;
}

/** Locks every number that the user had, a promise named or a call rang, and returns them. */
export async function holdNumbers(db: Db, { userId }: Erasure): Promise<string[]> {
  const numbers = await query(
    db,
    z.object({ number: z.string() }),
    sql`SELECT number FROM phone_numbers WHERE number IN (
          SELECT number FROM users WHERE id = ${userId}
          UNION SELECT number FROM user_numbers WHERE user_id = ${userId}
          UNION SELECT number FROM callbacks WHERE user_id = ${userId}
          UNION SELECT number FROM call_sessions WHERE user_id = ${userId})
        ORDER BY number FOR UPDATE`,
  );
  return numbers.map(({ number }) => number);
}

/**
 * Deletes the further numbers, and what is known of every number the user had, unless somebody else has it: without a
 * person a number is nobody's wish. After the callbacks, and before the user's row is emptied.
 */
export async function eraseNumbers(db: Db, { userId }: Erasure, numbers: readonly string[]): Promise<void> {
  await execute(db, sql`UPDATE users SET number = NULL WHERE id = ${userId} AND number IS NOT NULL`);
  await execute(db, sql`DELETE FROM user_numbers WHERE user_id = ${userId}`);
  await execute(
    db,
    sql`DELETE FROM phone_numbers p WHERE p.number = ANY (${numbers}::text[])
          AND NOT EXISTS (SELECT FROM users u WHERE u.number = p.number)
          AND NOT EXISTS (SELECT FROM user_numbers n WHERE n.number = p.number)
          AND NOT EXISTS (SELECT FROM callbacks c WHERE c.number = p.number)`,
  );
}

/** Erases why the user was in the queue, and for which claim. */
export async function eraseEntries(db: Db, { userId }: Erasure): Promise<number> {
  return execute(
    db,
    sql`UPDATE call_queue SET queue_reason = ${ERASED}, reason = NULL, claim_id = NULL
        WHERE user_id = ${userId} AND (queue_reason <> ${ERASED} OR claim_id IS NOT NULL)`,
  );
}

/**
 * Erases what was written about the user's calls, the number, and the id that leads to the recording at Twilio. The
 * recorded outcome keeps its shape, so that it can still be read; only a repeat of it is not recognised any more.
 */
export async function eraseCalls(db: Db, { userId }: Erasure): Promise<number> {
  return execute(
    db,
    sql`WITH cleaned AS (
          SELECT s.id, CASE WHEN s.notes IS NOT NULL THEN ${ERASED} END AS notes,
                 CASE WHEN s.outcome IS NOT NULL THEN jsonb_build_object('request', ${ERASED}::text, 'answer',
                   (s.outcome -> 'answer') || jsonb_build_object('openCallbacks',
                     (SELECT coalesce(jsonb_agg(open || jsonb_build_object('callbackReason',
                               CASE WHEN open ->> 'callbackReason' IS NOT NULL THEN ${ERASED}::text END)), '[]')
                      FROM jsonb_array_elements(s.outcome #> '{answer,openCallbacks}') AS open))) END AS outcome
          FROM call_sessions s WHERE s.user_id = ${userId}
        )
        UPDATE call_sessions s SET notes = cleaned.notes, outcome = cleaned.outcome, twilio_call_sid = NULL, number = NULL,
               awaits_outcome = false
        FROM cleaned
        WHERE s.id = cleaned.id AND (s.notes, s.outcome, s.twilio_call_sid, s.number, s.awaits_outcome)
              IS DISTINCT FROM (cleaned.notes, cleaned.outcome, NULL::text, NULL::text, false)`,
  );
}

/** Empties kept answers about the user. The key stays taken, so that a late repeat does nothing instead of everything again. */
export async function eraseKeptAnswers(db: Db, { userId }: Erasure, addresses: readonly string[]): Promise<number> {
  return execute(
    db,
    sql`UPDATE idempotency_keys k SET answer = NULL, request_hash = ${ERASED_REQUEST} WHERE ${isAbout(userId, sql`${[...addresses]}::text[]`)}`,
  );
}
