import { z } from "zod";
import type { Ctx } from "#lib/base/context";
import { Refusal } from "#lib/base/errors";
import { query, sql } from "#lib/database/sql";

/** The zone of a user, and how many open callbacks there are. Refuses `not_found`. */
export async function findPromisedUser(ctx: Ctx, id: bigint): Promise<{ timeZone: string; open: number }> {
  const [user] = await query(
    ctx.db,
    z.object({ timeZone: z.string(), open: z.int() }),
    sql`SELECT zone_of(u) AS "timeZone",
               (SELECT count(*)::int FROM callbacks WHERE user_id = u.id AND status IN ('pending', 'accepted')) AS open
        FROM users u WHERE id = ${id}`,
  );
  if (!user) throw new Refusal("not_found", `There is no user ${id}; import the user first.`);
  return user;
}
