import { joined, type Sql, sql } from "#lib/database/sql";
import type { CallbackFilter } from "./schema.ts";

/** A search that fits more users than this is no search yet. */
const FOUND_USERS = 200;
/** Fewer digits are in every second number. */
const SHORTEST_PART = 3;
const MAX_INT4 = 2_147_483_647;

/** What must be true of a callback `c` to fit the filter; at least one condition, to be joined with AND. */
export function conditionsOf(filter: CallbackFilter): Sql[] {
  const { status, agentId, userId, from, to, search } = filter;
  const wanted: Sql[] = [sql`true`];
  if (status) wanted.push(sql`c.status = ANY (${status}::text[])`);
  if (agentId) wanted.push(sql`(c.preferred_agent_id = ${agentId} OR c.accepted_by_agent_id = ${agentId})`);
  if (userId) wanted.push(sql`c.user_id = ${userId}`);
  if (from) wanted.push(sql`c.scheduled_for >= ${from}::timestamptz`);
  if (to) wanted.push(sql`c.scheduled_for < ${to}::timestamptz`);
  if (search) wanted.push(fits(search));
  return wanted;
}

/**
 * The users are found first, each way of finding them by an index of its own, and then their callbacks by index. Every
 * character of the search is itself.
 */
function fits(search: string): Sql {
  const ways = waysTo(search);
  const id = idOf(search);
  const byId = id === null ? sql`` : sql`OR c.id = ${id}`;
  if (ways.length === 0) return id === null ? sql`false` : sql`c.id = ${id}`;
  return sql`(c.user_id = ANY (ARRAY(
      SELECT f.id FROM (${joined(ways, " UNION ")}) f WHERE EXISTS (SELECT FROM callbacks k WHERE k.user_id = f.id)
      LIMIT ${FOUND_USERS})) ${byId})`;
}

/** Each way in which the search may mean a user, as a query of ids of its own. */
export function waysTo(search: string): Sql[] {
  const digits = phoneDigitsOf(search);
  return [...byName(search), ...(digits === null ? [] : byDigits(digits)), ...byBeginning(search)];
}

/** What is shorter than three letters has no index of its own; it is looked for where words of the name begin. */
const SHORT_WORD = /^[\p{L}\p{N}]{1,2}$/u;

/** Every word of the search is in the name, in whatever order. */
function byName(search: string): Sql[] {
  const words = search
    .normalize("NFKC")
    .split(/[\s,\u2010-\u2015-]+/)
    .filter((word) => word !== "")
    .map((word) => ({ word: word.replace(/[\\%_]/g, "\\$&"), isShort: SHORT_WORD.test(word) }));
  if (words.length === 0) return [];
  const conditions = words.map(({ word, isShort }) =>
    isShort
      ? sql`(u.spoken_name LIKE spoken_name(${word}) || '%' OR u.spoken_name LIKE '% ' || spoken_name(${word}) || '%')`
      : sql`u.spoken_name LIKE '%' || spoken_name(${word}) || '%'`,
  );
  return [sql`SELECT u.id FROM users u WHERE ${joined(conditions, " AND ")}`];
}

/** As numbers were written: there the last nine digits are those of every other way of writing them. */
function byDigits(digits: string): Sql[] {
  return [
    sql`SELECT u.id FROM users u WHERE digits_of(u.phone) LIKE '%' || ${digits} || '%'`,
    sql`SELECT n.user_id FROM user_numbers n WHERE digits_of(n.given) LIKE '%' || ${digits} || '%'`,
    sql`SELECT n.user_id FROM callbacks n WHERE n.phone IS NOT NULL AND digits_of(n.phone) LIKE '%' || ${digits} || '%'`,
  ];
}

/** As numbers are dialled, from the country code on: written so, a part of one finds those that were written without. */
function byBeginning(search: string): Sql[] {
  const [, written = ""] = search.match(/^\(?(?:\+|00)([-0-9 ()./]+)$/) ?? [];
  const beginning = `+${written.replace(/\(0\)/, "").replace(/[^0-9]/g, "")}`;
  if (beginning.length <= SHORTEST_PART) return [];
  return [
    sql`SELECT u.id FROM users u WHERE u.number LIKE ${beginning} || '%'`,
    sql`SELECT n.user_id FROM user_numbers n WHERE n.number LIKE ${beginning} || '%'`,
    sql`SELECT n.user_id FROM callbacks n WHERE n.number LIKE ${beginning} || '%'`,
  ];
}

/**
 * The digits of what looks like a phone number, without the zeros a country code replaces; null for a name. Of a full
 * number the last nine: there the national and the international way of writing it meet.
 */
function phoneDigitsOf(search: string): string | null {
  if (!/^[-+0-9 ()./]+$/.test(search)) return null;
  const digits = search.replace(/[^0-9]/g, "").replace(/^0+/, "");
  return digits.length < SHORTEST_PART ? null : digits.slice(-9);
}

function idOf(search: string): number | null {
  const [, digits] = search.match(/^#?([0-9]{1,10})$/) ?? [];
  return digits !== undefined && Number(digits) <= MAX_INT4 ? Number(digits) : null;
}
