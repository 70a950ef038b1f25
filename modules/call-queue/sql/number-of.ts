import { z } from "zod";
import type { Ctx } from "#lib/base/context";
import { countryOfZone } from "#lib/time/country";
import { Refusal } from "#lib/base/errors";
import { dialledFrom, readNumber } from "#lib/base/phone";
import { query, sql } from "#lib/database/sql";

/** The dialled form of this number of the user, or null. Refuses `not_found` (user). */
export async function numberOf(ctx: Ctx, userId: bigint, phone: string): Promise<string | null> {
  const [user] = await query(
    ctx.db,
    z.object({ timeZone: z.string().nullable(), imported: z.string().nullable() }),
    sql`SELECT u.time_zone AS "timeZone",
               (SELECT n.number FROM user_numbers n WHERE n.user_id = u.id AND n.given = ${phone} ORDER BY n.position LIMIT 1) AS imported
        FROM users u WHERE u.id = ${userId}`,
  );
  if (!user) throw new Refusal("not_found", `There is no user ${userId}; import the user first.`);
  const { defaultCountry, deskTimeZone } = ctx.limits;
  const country = dialledFrom({ timeZone: user.timeZone ?? undefined }, defaultCountry ?? countryOfZone(deskTimeZone));
  return user.imported ?? readNumber(phone, country);
}
