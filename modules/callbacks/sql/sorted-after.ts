import { joined, sql, type Sql } from "#lib/database/sql";
import { WITH_PEOPLE } from "./with-people.ts";

/** Where a page begins: after the callback with this key and id. */
type Place = { key: string; id: string };

/** As many letters of a name decide its place; the cursor carries them. */
const LETTERS = 40;

/** The key of each column that a list may be sorted by, as text. */
const KEYS = {
  customer: sql`left(lower(coalesce(name_of(u), 'unknown user')), ${LETTERS}::int)`,
  // What is with nobody comes last.
  agent: sql`CASE WHEN a.id IS NULL THEN '1' ELSE '0' || left(lower(a.name), ${LETTERS}::int) END`,
  // What is set aside first, and within a state by time. The key does not depend on the clock, which runs on between two pages.
  state: sql`CASE WHEN c.quarantined_at IS NOT NULL AND c.status IN ('pending', 'accepted') THEN '0'
    ELSE array_position(ARRAY['pending', 'accepted', 'failed', 'cancelled', 'completed'], c.status)::text END
    || to_char(c.scheduled_for AT TIME ZONE 'UTC', 'YYYYMMDDHH24MISSMS')`,
} satisfies Record<string, Sql>;
export type SortedBy = keyof typeof KEYS;

/** Whether a list is sorted by a column of text. */
export function isSorted(order: string | undefined): order is SortedBy {
  return order !== undefined && order in KEYS;
}

/** Reads the next `limit` callbacks in the order of a column, each with its `key`. */
export function sortedAfter(by: SortedBy, from: Place | null, wanted: readonly Sql[], limit: number): Sql {
  const key = KEYS[by];
  const beyond = from ? [sql`(${key}, c.id) > (${from.key}::text, ${from.id}::bigint)`] : [];
  return sql`SELECT c.*, c.scheduled_for AS place, ${key} AS key FROM callbacks c ${WITH_PEOPLE}
    WHERE ${joined([...wanted, ...beyond], " AND ")} ORDER BY key, c.id LIMIT ${limit}`;
}
