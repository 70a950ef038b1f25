import { joined, type Sql, sql } from "#lib/database/sql";
import { FOUND_USERS, searchedBeginning, searchedDigits, usersFound } from "#modules/call-queue";
import { isLate, TOLERANCE } from "./fate.ts";
import type { CallbackFilter } from "./schema.ts";

const MAX_INT4 = 2_147_483_647;

/** The same conditions as those of the wallboard's figures, so that each figure leads to as many rows. */
export const ONLY: Record<NonNullable<CallbackFilter["only"]>, Sql> = {
  late: sql`${isLate(sql`ringback_now()`)} AND c.scheduled_for < ringback_now() - ${TOLERANCE}`,
  due: sql`${isLate(sql`ringback_now()`)} AND c.scheduled_for >= ringback_now() - ${TOLERANCE}`,
  unassigned: sql`EXISTS (SELECT FROM live_entries q WHERE q.callback_id = c.id AND q.assigned_to_agent_id IS NULL)`,
};

/** What is with an agent, as on the desk: promised to, accepted or completed by the agent, or in the agent's queue. */
export function isWith(agentId: number): Sql {
  return sql`(c.preferred_agent_id = ${agentId} OR c.accepted_by_agent_id = ${agentId} OR c.completed_by_agent_id = ${agentId}
    OR c.id = ANY (ARRAY(
      SELECT unnest(array_append(q.named_callback_ids, q.callback_id)) FROM call_queue q
      WHERE q.assigned_to_agent_id = ${agentId} AND q.status = 'assigned')))`;
}

/** The conditions under which a callback `c` fits the filter: at least one, to be joined with AND. */
export function conditionsOf(filter: CallbackFilter): Sql[] {
  const { status, agentId, userId, from, to, only, search } = filter;
  const wanted: Sql[] = [sql`true`];
  if (status) wanted.push(sql`c.status = ANY (${status}::text[])`);
  if (agentId) wanted.push(isWith(agentId));
  if (userId) wanted.push(sql`c.user_id = ${userId}`);
  if (from) wanted.push(sql`c.scheduled_for >= ${from}::timestamptz`);
  if (to) wanted.push(sql`c.scheduled_for < ${to}::timestamptz`);
  if (only) wanted.push(ONLY[only]);
  if (search) wanted.push(fits(search));
  return wanted;
}

/**
 * The users are found first, each way of finding them by an index of its own; then their callbacks, by index too. No character of
 * the search is a wildcard.
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

/** Each way in which the search may mean a user, as a query of ids of its own; also by the numbers that callbacks name. */
export function waysTo(search: string): Sql[] {
  const [digits, beginning] = [searchedDigits(search), searchedBeginning(search)];
  return [
    ...usersFound(search),
    ...(digits === null
      ? []
      : [
          sql`SELECT n.user_id FROM callbacks n WHERE n.phone IS NOT NULL AND digits_of(n.phone) LIKE '%' || ${digits} || '%'`,
        ]),
    ...(beginning === null ? [] : [sql`SELECT n.user_id FROM callbacks n WHERE n.number LIKE ${beginning} || '%'`]),
  ];
}

function idOf(search: string): number | null {
  const [, digits] = search.match(/^#?([0-9]{1,10})$/) ?? [];
  return digits !== undefined && Number(digits) <= MAX_INT4 ? Number(digits) : null;
}
