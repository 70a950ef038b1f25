import { z } from "zod";
import type { Db } from "#lib/database/db";
import { query, sql } from "#lib/database/sql";

/** A user whose number asked not to be called, or the number that one of the user's promises names and that asked it. */
const marked = z.object({ userId: z.bigint(), named: z.string().nullable() });

/** Finds which of these users may not be called, and the numbers of their open promises that may not be called. */
export async function findMarked(db: Db, userIds: readonly bigint[]): Promise<z.infer<typeof marked>[]> {
  return query(
    db,
    marked,
    sql`SELECT id AS "userId", NULL AS named FROM users
        WHERE id = ANY (${userIds.map(String)}::text[]::bigint[]) AND do_not_call AND number IS NOT NULL
        UNION
        SELECT c.user_id, c.number FROM callbacks c JOIN phone_numbers p ON p.number = c.number
        WHERE c.user_id = ANY (${userIds.map(String)}::text[]::bigint[]) AND c.status IN ('pending', 'accepted')
          AND p.do_not_call_at IS NOT NULL`,
  );
}
