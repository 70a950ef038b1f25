import { joined, sql, type Sql } from "#lib/database/sql";

/** Where a page begins: after the callback with this time and id, with times as they were at `asOf`. */
export type Place = { at: Date; id: string; asOf: Date };

/**
 * Reads the next `limit` callbacks by their times as they were at `asOf`: those unchanged since by index, the others by their
 * events.
 */
export function dueAfter(from: Place | null, wanted: readonly Sql[], limit: number): Sql {
  const fits = joined([...wanted], " AND ");
  if (!from)
    return sql`SELECT c.*, c.scheduled_for AS place FROM callbacks c WHERE ${fits} ORDER BY c.scheduled_for, c.id LIMIT ${limit}`;
  const beyond = sql`(${from.at}::timestamptz, ${from.id}::bigint)`;
  const asOf = sql`${from.asOf}::timestamptz`;
  return sql`SELECT * FROM (
      (SELECT c.*, c.scheduled_for AS place FROM callbacks c
       WHERE ${fits} AND c.event_at <= ${asOf} AND (c.scheduled_for, c.id) > ${beyond}
       ORDER BY c.scheduled_for, c.id LIMIT ${limit})
      UNION ALL
      (SELECT c.*, was.place FROM callbacks c
       CROSS JOIN LATERAL (
         SELECT (e.changes ->> 'scheduled_for')::timestamptz AS place FROM callback_events e
         WHERE e.callback_id = c.id AND e.at <= ${asOf} AND e.changes ? 'scheduled_for' ORDER BY e.seq DESC LIMIT 1) was
       WHERE ${fits} AND c.id = ANY (ARRAY(SELECT e.callback_id FROM callback_events e WHERE e.at > ${asOf})) AND (was.place, c.id) > ${beyond}
       ORDER BY was.place, c.id LIMIT ${limit})
    ) c ORDER BY c.place, c.id LIMIT ${limit}`;
}
