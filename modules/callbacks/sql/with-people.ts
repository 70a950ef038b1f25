import { sql, type Sql } from "#lib/database/sql";
import { entryWaitsUntil, isAbout, isEntryInCall } from "../fate.ts";
import { CALLBACK_COLUMNS } from "../store.ts";

/** The agent who accepted `c`, completed it, or has it in their own queue. */
const HOLDER: Sql = sql`coalesce(c.accepted_by_agent_id, c.completed_by_agent_id, q.assigned_to_agent_id)`;

/** The same with the people in it; the statement goes on with `WITH_PEOPLE`. */
export const SHOWN_COLUMNS: Sql = sql`${CALLBACK_COLUMNS},
  coalesce(name_of(u), 'unknown user') AS "userName", coalesce(c.phone, u.phone, '') AS "userPhone",
  coalesce(zone_of(u), c.promised_zone) AS "userTimeZone", u.time_zone IS NOT NULL AS "isZoneKnown", a.id AS "agentId", a.name AS "agentName",
  ${HOLDER} IS NOT NULL AS "isHeld",
  CASE WHEN c.status IN ('pending', 'accepted') THEN ${entryWaitsUntil(sql`q`, sql`ringback_now()`)} END AS "waitsUntil",
  c.status IN ('pending', 'accepted') AND ${isEntryInCall(sql`q`)} AS "isInCall"`;

/** Joins user, live entry, its own or the one whose call settles it too, and agent to `c`. */
export const WITH_PEOPLE: Sql = sql`
  LEFT JOIN users u ON u.id = c.user_id
  LEFT JOIN live_entries q ON ${isAbout(sql`q`)}
  LEFT JOIN agents a ON a.id = coalesce(${HOLDER}, c.preferred_agent_id)`;
