import { z } from "zod";
import type { Ctx } from "#lib/base/context";
import type { Db } from "#lib/database/db";
import { query, type Sql, sql } from "#lib/database/sql";

const user = z.object({ id: z.bigint() });

/**
 * Locks a number until the transaction ends, before callbacks and entries are locked: an import that gives a user this number and
 * a conversation that marks it run one after the other. Does nothing without a number.
 */
export async function lockNumber({ db }: Ctx, { number }: { number: string | null }): Promise<void> {
  await query(
    db,
    z.object({ number: z.string() }),
    sql`SELECT number FROM phone_numbers WHERE number = ${number} FOR NO KEY UPDATE`,
  );
}

/**
 * Marks the number, and every user who has it; without a number, the user alone. A mark keeps its first cause, but a cause from a
 * conversation replaces one from an import. Returns the users who have the number.
 */
export async function writeMark(
  db: Db,
  { number, userId, now }: { number: string | null; userId: bigint; now: Date },
  onNumber: Sql,
  onUser: Sql,
): Promise<bigint[]> {
  await query(
    db,
    z.object({ number: z.string() }),
    sql`UPDATE phone_numbers SET ${onNumber} WHERE number = ${number} RETURNING number`,
  );
  // A statement of its own: it also sees users who got the number while the mark waited for its lock.
  const rows = await query(
    db,
    user,
    sql`WITH held AS MATERIALIZED (
          SELECT id FROM users WHERE erased_at IS NULL AND (number = ${number} OR (${number}::text IS NULL AND id = ${userId}))
          ORDER BY id FOR NO KEY UPDATE
        )
        UPDATE users u SET ${onUser}, updated_at = ${now}::timestamptz FROM held WHERE u.id = held.id RETURNING u.id`,
  );
  return rows.map(({ id }) => id);
}
