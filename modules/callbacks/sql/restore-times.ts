import type { Ctx } from "#lib/base/context";
import { execute, sql } from "#lib/database/sql";
import { event } from "./event.ts";

/**
 * Gives callbacks the time that they had before their last `rescheduled` event, with the measurements that belong to it; the former
 * values come from the events. The caller holds the locks of the callbacks.
 */
export async function restoreTimes(ctx: Ctx, callbackIds: readonly number[]): Promise<void> {
  await execute(
    ctx.db,
    sql`WITH before AS MATERIALIZED (
          SELECT c.id, jsonb_populate_record(NULL::callbacks, (
                   SELECT jsonb_object_agg(name, value) FROM (
                     SELECT DISTINCT ON (x.name) x.name, x.value FROM callback_events e, jsonb_each(e.changes) AS x(name, value)
                     WHERE e.callback_id = c.id AND e.seq < m.seq ORDER BY x.name, e.seq DESC) latest)) AS was
          FROM callbacks c
          JOIN (SELECT callback_id, max(seq) AS seq FROM callback_events
                WHERE callback_id = ANY (${callbackIds}::int[]) AND type = 'rescheduled' GROUP BY 1) m ON m.callback_id = c.id
        )
        UPDATE callbacks c
        SET status = 'pending', scheduled_for = (was).scheduled_for, promised_for = (was).promised_for,
            promised_local = (was).promised_local, promised_zone = (was).promised_zone,
            first_queued_at = (was).first_queued_at, first_taken_at = (was).first_taken_at,
            failed_ticks = 0, quarantined_at = NULL,
            ${event(ctx, {
              type: "rescheduled",
              why: "The change of its time was taken back; it has the time of before.",
              data: sql`jsonb_build_object('from', c.scheduled_for, 'to', (was).scheduled_for, 'isUndo', true)`,
            })}
        FROM before WHERE c.id = before.id AND c.status = 'pending'`,
  );
}
