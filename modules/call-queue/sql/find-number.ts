import { z } from "zod";
import type { Ctx } from "#lib/base/context";
import { Refusal } from "#lib/base/errors";
import { query, sql } from "#lib/database/sql";
import { numberOf } from "./number-of.ts";

/** Finds this number among the user's: the first, a further one, or one that a promise names. Refuses `not_found`. */
export async function findNumber(ctx: Ctx, userId: bigint, phone: string): Promise<string> {
  const wanted = await numberOf(ctx, userId, phone);
  const [found] = await query(
    ctx.db,
    z.object({ number: z.string() }),
    sql`SELECT n.number FROM (
          SELECT number, phone FROM users WHERE id = ${userId}
          UNION ALL SELECT number, given FROM user_numbers WHERE user_id = ${userId}
          UNION ALL SELECT number, phone FROM callbacks WHERE user_id = ${userId}) n
        WHERE n.number IS NOT NULL AND (n.number = ${wanted} OR n.phone = ${phone})
        ORDER BY n.number = ${wanted} DESC NULLS LAST LIMIT 1`,
  );
  if (!found) throw new Refusal("not_found", `User ${userId} has no number ${phone}; name one of theirs.`);
  return found.number;
}
