import type { z } from "zod";
import { fateAt, IN_CALL, LISTED_AHEAD_MINUTES, toCall } from "#modules/callbacks";
import type { Ctx } from "#lib/base/context";
import { isoUtc, query, sql } from "#lib/database/sql";
import { deskAnswer } from "../schema.ts";

/** Reads the agent's figures of the day. "On time" means the same as in all other figures. */
export async function readDay(ctx: Ctx, agentId: number, timeZone: string): Promise<z.infer<typeof deskAnswer>["day"]> {
  const [day] = await query(
    ctx.db,
    deskAnswer.shape.day,
    sql`
    WITH today AS MATERIALIZED (
      SELECT date_trunc('day', ${ctx.now}::timestamptz, ${timeZone}) AS begins,
             date_trunc('day', ${ctx.now}::timestamptz, ${timeZone}) + interval '1 day' AS ends
    ), kept AS MATERIALIZED (
      SELECT ${fateAt(sql`${ctx.now}::timestamptz`)} AS fate
      FROM callbacks c, today
      WHERE coalesce(completed_at, cancelled_at, failed_at) >= today.begins AND status = 'completed' AND completed_by_agent_id = ${agentId}
    ), to_come AS MATERIALIZED (
      SELECT c.id, c.user_id, c.scheduled_for FROM callbacks c
      WHERE c.id IN (${toCall(agentId, sql`(SELECT ends - interval '1 millisecond' FROM today)`)}) AND c.quarantined_at IS NULL AND NOT ${IN_CALL}
    )
    SELECT ${timeZone} AS "timeZone", (SELECT count(*)::int FROM kept) AS kept, (SELECT count(*)::int FROM kept WHERE fate = 'kept') AS "onTime",
           (SELECT greatest(0, sum(CASE e.type WHEN 'snoozed' THEN 1 ELSE -1 END))::int FROM callback_events e, today
             WHERE e.at >= today.begins AND e.type IN ('snoozed', 'snooze_undone') AND e.actor = ${`agent ${agentId}`}) AS snoozed,
           (SELECT count(*)::int FROM to_come) AS "toCome",
           coalesce((SELECT jsonb_agg(jsonb_build_object('id', n.id, 'userName', coalesce(name_of(u), 'unknown user'),
                                                         'scheduledFor', ${isoUtc(sql`n.scheduled_for`)}) ORDER BY n.scheduled_for, n.id)
                     FROM (SELECT * FROM to_come WHERE scheduled_for > ${ctx.now}::timestamptz + make_interval(mins => ${LISTED_AHEAD_MINUTES})
                           ORDER BY scheduled_for, id LIMIT 5) n LEFT JOIN users u ON u.id = n.user_id), '[]') AS coming`,
  );
  return day!;
}
