import { z } from "zod";
import type { Ctx } from "#lib/base/context";
import { Refusal } from "#lib/base/errors";
import { query, sql } from "#lib/database/sql";

/** The open callbacks that an agent has, by whether they are in a call. Refuses `not_found` (agent). */
export async function findHeld(ctx: Ctx, agentId: number): Promise<{ waiting: number[]; inCall: number[] }> {
  const [agent] = await query(ctx.db, z.object({ id: z.int() }), sql`SELECT id FROM agents WHERE id = ${agentId}`);
  if (!agent) throw new Refusal("not_found", `There is no agent ${agentId}.`);
  const held = await query(
    ctx.db,
    z.object({ id: z.int(), isInCall: z.boolean() }),
    sql`SELECT c.id, q.call_session_id IS NOT NULL AS "isInCall"
        FROM callbacks c LEFT JOIN live_entries q ON q.callback_id = c.id
        WHERE c.status IN ('pending', 'accepted') AND c.id IN (
          SELECT id FROM callbacks WHERE preferred_agent_id = ${agentId} AND status IN ('pending', 'accepted')
          UNION ALL
          SELECT callback_id FROM call_queue WHERE assigned_to_agent_id = ${agentId} AND status = 'assigned')
        ORDER BY c.id`,
  );
  const ids = (wanted: boolean) => held.filter(({ isInCall }) => isInCall === wanted).map(({ id }) => id);
  return { waiting: ids(false), inCall: ids(true) };
}
