import { z } from "zod";
import type { Ctx } from "#lib/base/context";
import { query, sql } from "#lib/database/sql";

const found = z.object({ userId: z.bigint().transform(String), namesNumber: z.boolean() });

/**
 * Finds whose number a callback would dial, and whether the callback names it, when that number is known to be wrong; null
 * otherwise.
 */
export async function findWrongNumber(ctx: Ctx, callbackId: number): Promise<z.output<typeof found> | null> {
  const [wrong] = await query(
    ctx.db,
    found,
    sql`SELECT c.user_id AS "userId", c.number IS NOT NULL AS "namesNumber"
        FROM called_numbers n JOIN callbacks c ON c.id = n.callback_id WHERE n.callback_id = ${callbackId} AND n.wrong_number`,
  );
  return wrong ?? null;
}
