import { z } from "zod";
import type { ReadCtx } from "#lib/base/context";
import { Refusal } from "#lib/base/errors";
import { query, sql } from "#lib/database/sql";

/**
 * The refusal of a promise or a call to this user, at `named` or else at the user's own number; its sentence names the user who
 * asked.
 */
export async function askedNotToBeCalled(
  { db }: ReadCtx,
  userId: bigint,
  named: string | null = null,
): Promise<Refusal> {
  const [mark] = await query(
    db,
    z.object({ by: z.bigint() }),
    sql`SELECT p.do_not_call_user_id AS by FROM users u JOIN phone_numbers p ON p.number = coalesce(${named}::text, u.number)
        WHERE u.id = ${userId} AND p.do_not_call_at IS NOT NULL`,
  );
  const sentence = mark
    ? `This number asked not to be called (user ${mark.by}); a supervisor can lift the mark.`
    : `User ${userId} asked not to be called; a supervisor can lift the mark.`;
  return new Refusal("do_not_call", sentence);
}
