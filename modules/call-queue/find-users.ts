import { joined, type Sql, sql } from "#lib/database/sql";

/** A search that fits more users than this is no search yet. */
export const FOUND_USERS = 200;
/** Fewer digits are in every second number. */
const SHORTEST_PART = 3;

/**
 * Each way in which a search means users, by words of the name or digits of a number, as a query of ids of its own that an index answers.
 * Every character of the search is itself.
 */
export function usersFound(search: string): Sql[] {
  const [digits, beginning] = [searchedDigits(search), searchedBeginning(search)];
  return [
    ...byName(search),
    ...(digits === null ? [] : byDigits(digits)),
    ...(beginning === null ? [] : byBeginning(beginning)),
  ];
}

/** What is shorter than three letters has no index of its own; it is looked for where words of the name begin. */
const SHORT_WORD = /^[\p{L}\p{N}]{1,2}$/u;

/** A word of fewer letters is found across the ends of words in too many names. */
const SHORTEST_JOINED = 5;

/** Every word of the search is in the name, in whatever order; a long one may be several of its words: "maryann" is in Mary-Ann. */
function byName(search: string): Sql[] {
  const words = search
    .normalize("NFKC")
    .split(/[\s,\u2010-\u2015-]+/)
    .filter((word) => word !== "")
    .map((word) => word.replace(/[\\%_]/g, "\\$&"));
  if (words.length === 0) return [];
  const conditions = words.map((word) => {
    if (SHORT_WORD.test(word))
      return sql`(u.spoken_name LIKE spoken_name(${word}) || '%' OR u.spoken_name LIKE '% ' || spoken_name(${word}) || '%')`;
    const isInName = sql`u.spoken_name LIKE '%' || spoken_name(${word}) || '%'`;
    if (word.length < SHORTEST_JOINED) return isInName;
    return sql`(${isInName} OR replace(u.spoken_name, ' ', '') LIKE '%' || spoken_name(${word}) || '%')`;
  });
  return [sql`SELECT u.id FROM users u WHERE ${joined(conditions, " AND ")}`];
}

/** As numbers were written: there the last nine digits are those of every other way of writing them. */
function byDigits(digits: string): Sql[] {
  return [
    sql`SELECT u.id FROM users u WHERE digits_of(u.phone) LIKE '%' || ${digits} || '%'`,
    sql`SELECT n.user_id FROM user_numbers n WHERE digits_of(n.given) LIKE '%' || ${digits} || '%'`,
  ];
}

/** As numbers are dialled, from the country code on: written so, a part of one finds those that were written without. */
function byBeginning(beginning: string): Sql[] {
  return [
    sql`SELECT u.id FROM users u WHERE u.number LIKE ${beginning} || '%'`,
    sql`SELECT n.user_id FROM user_numbers n WHERE n.number LIKE ${beginning} || '%'`,
  ];
}

/** The beginning of a number with its country code, when the search is one; else null. */
export function searchedBeginning(search: string): string | null {
  const [, written = ""] = search.match(/^\(?(?:\+|00)([-0-9 ()./]+)$/) ?? [];
  const beginning = `+${written.replace(/\(0\)/, "").replace(/[^0-9]/g, "")}`;
  return beginning.length <= SHORTEST_PART ? null : beginning;
}

/**
 * The digits of what looks like a phone number, without the zeros a country code replaces; null for a name. Of a full
 * number the last nine: there the national and the international way of writing it meet.
 */
export function searchedDigits(search: string): string | null {
  if (!/^[-+0-9 ()./]+$/.test(search)) return null;
  const digits = search.replace(/[^0-9]/g, "").replace(/^0+/, "");
  return digits.length < SHORTEST_PART ? null : digits.slice(-9);
}
