import { z } from "zod";
import type { Db } from "#lib/database/db";
import { joined, query, type Sql, sql } from "#lib/database/sql";
import { findPeopleAnswer } from "../schema.ts";

const row = findPeopleAnswer.shape.people.element.omit({ spacedPhone: true }).extend({ number: z.string().nullable() });

/** The users whom one of `ways` finds, by name, with how many open callbacks each has; at most `max`. */
export async function readPeople(db: Db, ways: readonly Sql[], max: number): Promise<z.infer<typeof row>[]> {
  return query(
    db,
    row,
    sql`SELECT u.id AS "userId", name_of(u) AS name, u.phone, u.number, zone_of(u) AS "timeZone",
               (SELECT count(*)::int FROM callbacks c WHERE c.user_id = u.id AND c.status IN ('pending', 'accepted')) AS "openCallbacks"
        FROM users u WHERE u.erased_at IS NULL AND u.id IN (SELECT f.id FROM (${joined([...ways], " UNION ")}) f)
        ORDER BY name_of(u), u.id LIMIT ${max}`,
  );
}
