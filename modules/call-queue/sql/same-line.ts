import { type Sql, sql } from "#lib/database/sql";

/**
 * Whether two texts name one line: they are the same, or share the last nine digits, as "020 7946 0001" and "+44 20 7946 0001
 * (work)", one of which no telephone can dial.
 */
export function isSameLine(one: Sql, other: Sql): Sql {
  return sql`(${one} = ${other} OR (length(digits_of(${other})) >= 7 AND right(digits_of(${one}), 9) = right(digits_of(${other}), 9)))`;
}
