import { z } from "zod";
import type { Ctx } from "#lib/base/context";
import { Refusal } from "#lib/base/errors";
import { execute, query, sql } from "#lib/database/sql";
import { askedNotToBeCalled } from "./sql/asked-not-to-be-called.ts";
import { numberOf } from "./sql/number-of.ts";

/** The number that a promise names: as it was given, and as it is dialled. */
export type NamedNumber = { phone: string; number: string };

/**
 * Reads the number that a promise to this user names, and locks it until the transaction ends, so that no mark comes between. One
 * of the user's further numbers is read as its import read it; another number is read in the way of the user's country. Must be
 * called before callbacks and entries are locked. Refuses `not_found` (user), `invalid_input` for a number that cannot be
 * dialled, and `do_not_call` and `wrong_number` for a marked number.
 */
export async function holdNamedNumber(ctx: Ctx, userId: bigint, phone: string): Promise<NamedNumber> {
  const number = await numberOf(ctx, userId, phone);
  if (number === null) {
    const sentence = `${phone} cannot be dialled; name a full telephone number, such as +44 20 7946 0001 ext. 12.`;
    throw new Refusal("invalid_input", sentence);
  }
  await execute(
    ctx.db,
    sql`INSERT INTO phone_numbers (number, created_at) VALUES (${number}, ${ctx.now}::timestamptz) ON CONFLICT DO NOTHING`,
  );
  const [mark] = await query(
    ctx.db,
    z.object({ isDoNotCall: z.boolean(), isWrong: z.boolean() }),
    sql`SELECT do_not_call_at IS NOT NULL AS "isDoNotCall", wrong_at IS NOT NULL AS "isWrong"
        FROM phone_numbers WHERE number = ${number} FOR SHARE`,
  );
  if (mark?.isDoNotCall) throw await askedNotToBeCalled(ctx, userId, number);
  if (mark?.isWrong) throw new Refusal("wrong_number", `${phone} is known to be wrong; name another number.`);
  return { phone, number };
}
