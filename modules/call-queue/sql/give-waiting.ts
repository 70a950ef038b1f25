import { z } from "zod";
import type { Db } from "#lib/database/db";
import { query, sql } from "#lib/database/sql";

/**
 * Gives the callbacks that wait for any agent to one agent who is available, in calling order, up to the cap; a callback whose
 * hours begin after `horizon` still waits. Two agents who become available together get different ones: entries and callbacks are
 * chosen and locked in a materialized CTE with SKIP LOCKED. Returns the ids of the entries.
 */
export async function giveWaiting(
  db: Db,
  { agentId, cap, now, horizon }: { agentId: number; cap: number; now: Date; horizon: Date },
): Promise<number[]> {
  const rows = await query(
    db,
    z.object({ id: z.int() }),
    sql`
    WITH me AS MATERIALIZED (
      SELECT * FROM agent_presence WHERE agent_id = ${agentId} AND gone_since IS NULL AND status = 'available'
    ), room AS MATERIALIZED (
      SELECT greatest(0, ${cap}::int - count(*)::int) AS places FROM call_queue
      WHERE status = 'assigned' AND assigned_to_agent_id = ${agentId} AND callback_id IS NOT NULL AND call_session_id IS NULL
    ), picked AS MATERIALIZED (
      SELECT q.id
      FROM call_queue q
      CROSS JOIN me
      JOIN callbacks c ON c.id = q.callback_id AND c.status = 'pending'
      JOIN called_numbers n ON n.callback_id = c.id AND NOT n.do_not_call AND NOT n.wrong_number
      WHERE q.status = 'pending' AND q.queue_type = ANY (me.allowed_queues)
        AND (NOT me.is_ai_agent OR c.preferred_agent_id = me.agent_id)
        AND q.available_from <= ${horizon}::timestamptz AND q.available_until > ${now}::timestamptz IS NOT FALSE
        AND (c.released_by_agent_id IS DISTINCT FROM me.agent_id OR c.released_until <= ${now}::timestamptz)
      ORDER BY q.priority_score, (c.preferred_agent_id = me.agent_id) DESC NULLS LAST, q.available_from, q.id
      LIMIT (SELECT places FROM room)
      FOR UPDATE OF q, c SKIP LOCKED
    )
    UPDATE call_queue q SET status = 'assigned', assigned_to_agent_id = me.agent_id, assigned_at = ${now}::timestamptz,
           queue_reason = me.name || ' became available while it waited for anybody.', reason = NULL
    FROM picked, me WHERE q.id = picked.id AND q.status = 'pending'
    RETURNING q.id`,
  );
  return rows.map(({ id }) => id);
}
