import { type Sql, sql } from "#lib/sql";
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
  const name = `%${search.replace(/[\\%_]/g, "\\$&")}%`;
  const digits = phoneDigitsOf(search);
  const byPhone = digits === null ? sql`` : sql`OR regexp_replace(u.phone, '[^0-9]', '', 'g') LIKE ${`%${digits}%`}`;
  const id = idOf(search);
  const byId = id === null ? sql`` : sql`OR c.id = ${id}`;
  return sql`(c.user_id = ANY (ARRAY(
      SELECT u.id FROM users u
      WHERE (u.first_name || ' ' || u.last_name ILIKE ${name} ${byPhone}) AND EXISTS (SELECT FROM callbacks k WHERE k.user_id = u.id)
      LIMIT ${FOUND_USERS})) ${byId})`;
}

/** The digits of what looks like a phone number, without the zeros a country code replaces; null for a name. */
function phoneDigitsOf(search: string): string | null {
  if (!/^[-+0-9 ()./]+$/.test(search)) return null;
  const digits = search.replace(/[^0-9]/g, "").replace(/^0+/, "");
  return digits.length < 2 ? null : digits;
}

function idOf(search: string): number | null {
  const [, digits] = search.match(/^#?([0-9]{1,10})$/) ?? [];
  return digits !== undefined && Number(digits) <= MAX_INT4 ? Number(digits) : null;
}
