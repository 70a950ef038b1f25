import { plainNumber, withoutExtension } from "#lib/base/phone";
import { joined, type Sql, sql } from "#lib/database/sql";

/** A search that matches more users than this is too short to be useful. */
export const FOUND_USERS = 200;
/** A shorter sequence of digits is in every second number. */
const SHORTEST_PART = 3;

/**
 * Each way in which a search finds users, by words of the name or digits of a number, as a query of ids that an index answers. No
 * character of the search is a wildcard.
 */
export function usersFound(search: string): Sql[] {
  const [digits, beginning] = [searchedDigits(search), searchedBeginning(search)];
  return [
    ...byName(search),
    ...(digits === null ? [] : byDigits(digits)),
    ...(beginning === null ? [] : byBeginning(beginning)),
  ];
}

/** The trigram index does not find one or two letters; they are matched with the beginnings of words. */
const SHORT_WORD = /^[\p{L}\p{N}]{1,2}$/u;

/** In shorter words, a match across the ends of two words of a name would be a coincidence. */
const SHORTEST_JOINED = 5;

/**
 * Every word of the search is in the name, in any order; a long word may span several words of the name: "maryann" finds
 * Mary-Ann.
 */
function byName(search: string): Sql[] {
  const words = search
    .normalize("NFKC")
    .split(/[\s,.\u2010-\u2015-]+/)
    .filter((word) => word !== "")
    .map((word) => word.replace(/[\\%_]/g, "\\$&"));
  if (words.length === 0) return [];
  const conditions = words.map((word) => {
    const asTwo = lettersAsTwo(word);
    return asTwo === null ? inName(word) : sql`(${inName(word)} OR ${inName(asTwo)})`;
  });
  return [sql`SELECT u.id FROM users u WHERE ${joined(conditions, " AND ")}`];
}

function inName(word: string): Sql {
  if (SHORT_WORD.test(word) && !UNSPACED.test(word)) return beginsAWord(word);
  const isInName = sql`u.spoken_name LIKE '%' || spoken_word(${word}) || '%'`;
  if (UNSPACED.test(word)) return sql`(${joined([isInName, ...splitsOf(word)], " OR ")})`;
  if (word.length < SHORTEST_JOINED) return isInName;
  return sql`(${isInName} OR replace(u.spoken_name, ' ', '') LIKE '%' || spoken_word(${word}) || '%')`;
}

/** The word with its letters written as two, as a name may be stored: Müller as Mueller. Null: it has no such letter. */
function lettersAsTwo(word: string): string | null {
  const asTwo = word.toLowerCase().replace(/[äöüøå]/g, (letter) => LETTERS_AS_TWO[letter]!);
  return asTwo === word.toLowerCase() ? null : asTwo;
}

const LETTERS_AS_TWO: Readonly<Record<string, string>> = { ä: "ae", ö: "oe", ü: "ue", ø: "oe", å: "aa" };

function beginsAWord(word: string): Sql {
  return sql`(u.spoken_name LIKE spoken_word(${word}) || '%' OR u.spoken_name LIKE '% ' || spoken_word(${word}) || '%')`;
}

/** In these scripts a whole name is written without a space, the family name first or last: 李小龍. */
const UNSPACED = /^[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}]{2,8}$/u;

/** Each way in which such a word may be two words of a name. */
function splitsOf(word: string): Sql[] {
  const letters = [...word];
  return letters
    .slice(1)
    .map((_, n) => [letters.slice(0, n + 1).join(""), letters.slice(n + 1).join("")] as const)
    .map(([one, other]) => sql`(${beginsAWord(one)} AND ${beginsAWord(other)})`);
}

/** Matches numbers as they were written, by their last nine digits, which every way of writing a number shares. */
function byDigits(digits: string): Sql[] {
  return [
    sql`SELECT u.id FROM users u WHERE digits_of(u.phone) LIKE '%' || ${digits} || '%'`,
    sql`SELECT n.user_id FROM user_numbers n WHERE digits_of(n.given) LIKE '%' || ${digits} || '%'`,
  ];
}

/** Matches numbers as they are dialled, from the country code on, also those that were written without one. */
function byBeginning(beginning: string): Sql[] {
  return [
    sql`SELECT u.id FROM users u WHERE u.number LIKE ${beginning} || '%'`,
    sql`SELECT n.user_id FROM user_numbers n WHERE n.number LIKE ${beginning} || '%'`,
  ];
}

/** A number without its extension, in the characters that numbers are stored in. */
const bare = (search: string): string => withoutExtension(plainNumber(search));

/** The beginning of a number with its country code, when the search is one; else null. */
export function searchedBeginning(search: string): string | null {
  const [, written = ""] = bare(search).match(/^\(?(?:\+|00)([-0-9 ()./]+)$/) ?? [];
  const beginning = `+${written.replace(/\(0\)/, "").replace(/[^0-9]/g, "")}`;
  return beginning.length <= SHORTEST_PART ? null : beginning;
}

/**
 * The digits of a search that looks like a phone number, without the zeros that a country code replaces; null for a name. Of a
 * full number the last nine, which its national and its international form share.
 */
export function searchedDigits(search: string): string | null {
  if (!/^[-+0-9 ()./]+$/.test(bare(search))) return null;
  const digits = bare(search)
    .replace(/[^0-9]/g, "")
    .replace(/^0+/, "");
  return digits.length < SHORTEST_PART ? null : digits.slice(-9);
}
