import { z } from "zod";
import type { Ctx } from "#lib/base/context";
import type { Db } from "#lib/database/db";
import { query, type Sql, sql } from "#lib/database/sql";

const user = z.object({ id: z.bigint() });

/**
 * Locks a number until the transaction ends, before callbacks and entries are locked: an import that gives somebody this number and
 * a conversation that marks it come one after the other. Does nothing without a number.
 */
export async function lockNumber({ db }: Ctx, { number }: { number: string | null }): Promise<void> {
  await query(
    db,
    z.object({ number: z.string() }),
    sql`SELECT number FROM phone_numbers WHERE number = ${number} FOR NO KEY UPDATE`,
  );
}

/**
 * Marks the number, and with it everybody who has it; without a number the user alone. A mark that is there already
 * keeps its cause, but what was said in a conversation replaces what an import brought. Returns the users who have it.
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
  // A statement of its own: it sees who got the number while the mark waited for it.
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
