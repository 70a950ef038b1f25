import { z } from "zod";
import type { Db } from "#lib/database/db";
import { execute, query, sql } from "#lib/database/sql";
import { ERASED, ERASED_ADDRESS, type UserErasure } from "../../module.ts";

/**
 * Empties the user's row, marks it as erased, and deletes the claims with their requirements. The counts that calls left stay.
 */
export async function eraseUserRow(db: Db, { userId, now }: UserErasure): Promise<{ users: number; claims: number }> {
  const [row] = await query(
    db,
    z.object({ users: z.int(), claims: z.int() }),
    sql`WITH emptied AS (
          UPDATE users SET first_name = ${ERASED}, last_name = ${ERASED}, phone = ${ERASED_ADDRESS}, number = NULL, email = NULL,
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
export async function holdNumbers(db: Db, userId: bigint): Promise<string[]> {
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
 * Deletes the further numbers, and the marks of every number the user had, unless another user has it: without a person, a mark
 * is no person's wish. Runs after the callbacks are erased, and before the user's row is emptied.
 */
export async function eraseNumbers(db: Db, { userId }: UserErasure, numbers: readonly string[]): Promise<void> {
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

/** Takes the user out of the queue. The caller holds the locks of the entries. */
export async function closeEntries(db: Db, { userId, now }: UserErasure): Promise<void> {
  await execute(
    db,
    sql`UPDATE live_entries SET status = 'removed', closed_at = ${now}::timestamptz, closed_reason = 'the user was erased'
        WHERE user_id = ${userId}`,
  );
}

/** Erases the reasons and the claims of the user's queue entries. */
export async function eraseEntries(db: Db, { userId }: UserErasure): Promise<number> {
  return execute(
    db,
    sql`UPDATE call_queue SET queue_reason = ${ERASED}, reason = NULL, claim_id = NULL,
               skip_why = CASE WHEN skip_why IS NOT NULL THEN ${ERASED} END
        WHERE user_id = ${userId} AND (queue_reason <> ${ERASED} OR claim_id IS NOT NULL)`,
  );
}
