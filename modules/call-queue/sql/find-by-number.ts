import { z } from "zod";
import type { Ctx } from "#lib/base/context";
import { query, sql } from "#lib/database/sql";
import type { lookUpAnswer } from "../users-schema.ts";

/**
 * Finds the user with this number, as written or as dialled, or else on the same line: a telephone that rings shows no
 * extension; of several, the user with the latest call. Null when no user has it.
 */
export async function findByNumber(
  { db }: Ctx,
  phone: string,
  number: string | null,
): Promise<z.infer<typeof lookUpAnswer>["user"]> {
  const [user] = await query(
    db,
    z.object({ userId: z.bigint(), name: z.string(), timeZone: z.string(), isZoneKnown: z.boolean() }),
    sql`SELECT u.id AS "userId", name_of(u) AS name, zone_of(u) AS "timeZone", u.time_zone IS NOT NULL AS "isZoneKnown"
        FROM users u
        JOIN (SELECT f.id, min(f.distance) AS distance FROM (
                SELECT id, 0 AS distance FROM users WHERE phone_key(phone) = phone_key(${phone}) AND erased_at IS NULL
                UNION ALL SELECT id, 0 FROM users WHERE number = ${number}
                UNION ALL SELECT user_id, 0 FROM user_numbers WHERE number = ${number}
                UNION ALL SELECT id, 1 FROM users WHERE number = split_part(${number}, ';', 1) OR number LIKE ${number} || ';ext=%'
                UNION ALL SELECT user_id, 1 FROM user_numbers WHERE number = split_part(${number}, ';', 1) OR number LIKE ${number} || ';ext=%') f
              GROUP BY f.id) found ON found.id = u.id
        WHERE u.erased_at IS NULL
        ORDER BY found.distance, (SELECT max(started_at) FROM call_sessions s WHERE s.user_id = u.id) DESC NULLS LAST, u.id LIMIT 1`,
  );
  return user ? { ...user, userId: String(user.userId) } : null;
}
