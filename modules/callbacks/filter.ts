import { joined, type Sql, sql } from "#lib/sql";
import type { CallbackFilter } from "./schema.ts";

/** A search that fits more users than this is no search yet. */
const FOUND_USERS = 200;
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

/** The users are found first, and their callbacks by index. Every character of the search is itself. */
function fits(search: string): Sql {
  const digits = phoneDigitsOf(search);
  const byPhone = digits === null ? sql`` : sql`OR ${fitsPhone(`%${digits}%`)}`;
  const id = idOf(search);
  const byId = id === null ? sql`` : sql`OR c.id = ${id}`;
  return sql`(c.user_id = ANY (ARRAY(
      SELECT u.id FROM users u
      WHERE ((${fitsName(search)}) ${byPhone}) AND EXISTS (SELECT FROM callbacks k WHERE k.user_id = u.id)
      LIMIT ${FOUND_USERS})) ${byId})`;
}

/** Every word of the search is in the name, in whatever order. */
function fitsName(search: string): Sql {
  const words = search
    .normalize("NFKC")
    .split(/[\s,\u2010-\u2015-]+/)
    .filter((word) => word !== "");
  if (words.length === 0) return sql`false`;
  const escaped = words.map((word) => word.replace(/[\\%_]/g, "\\$&"));
  return joined(
    escaped.map((word) => sql`u.spoken_name LIKE '%' || spoken_name(${word}) || '%'`),
    " AND ",
  );
}

/** As it was written, and as it is dialled. */
function fitsPhone(digits: string): Sql {
  return sql`regexp_replace(u.phone, '[^0-9]', '', 'g') LIKE ${digits} OR u.number LIKE ${digits}
    OR EXISTS (SELECT FROM user_numbers n WHERE n.user_id = u.id AND (n.number LIKE ${digits} OR regexp_replace(n.given, '[^0-9]', '', 'g') LIKE ${digits}))`;
}

/**
 * The digits of what looks like a phone number, without the zeros a country code replaces; null for a name. Of a full
 * number the last nine: there the national and the international way of writing it meet.
 */
function phoneDigitsOf(search: string): string | null {
  if (!/^[-+0-9 ()./]+$/.test(search)) return null;
  const digits = search.replace(/[^0-9]/g, "").replace(/^0+/, "");
  return digits.length < 2 ? null : digits.slice(-9);
}

function idOf(search: string): number | null {
  const [, digits] = search.match(/^#?([0-9]{1,10})$/) ?? [];
  return digits !== undefined && Number(digits) <= MAX_INT4 ? Number(digits) : null;
}
