import type { z } from "zod";
import type { ReadCtx } from "#lib/base/context";
import { joined, query, sql } from "#lib/database/sql";
import { waysTo } from "./filter.ts";
import { findPeopleAnswer, type findPeopleInput } from "./schema.ts";

/** More are not read through; another letter finds fewer. */
const MOST = 10;

/** The first ten users whose name or number is meant by the words, by name: enough to choose one from. */
export async function findPeople(
  { db }: ReadCtx,
  { search }: z.infer<typeof findPeopleInput>,
): Promise<z.infer<typeof findPeopleAnswer>> {
  const ways = waysTo(search);
  if (ways.length === 0) return { people: [] };
  const people = await query(
    db,
    findPeopleAnswer.shape.people.element,
    sql`SELECT u.id AS "userId", u.first_name || ' ' || u.last_name AS name, u.phone, zone_of(u) AS "timeZone",
               (SELECT count(*)::int FROM callbacks c WHERE c.user_id = u.id AND c.status IN ('pending', 'accepted')) AS "openCallbacks"
        FROM users u WHERE u.erased_at IS NULL AND u.id IN (SELECT f.id FROM (${joined(ways, " UNION ")}) f)
        ORDER BY u.first_name, u.last_name, u.id LIMIT ${MOST}`,
  );
  return { people };
}
