import { z } from "zod";
import type { Ctx } from "#lib/base/context";
import { inTransaction } from "#lib/database/db";
import { Refusal } from "#lib/base/errors";
import { query, sql } from "#lib/database/sql";
import { handOver, nameOfReceiver, towards } from "./reassign.ts";
import type { moveAnswer, moveInput } from "./schema.ts";
import { noticeAbout } from "./sql/notice-about.ts";

/**
 * Moves everything open that an agent owns, has accepted or has in the queue to another agent, or back to routing, in
 * one transaction: for somebody who is ill. Back in routing, what only lay in this agent's queue stays the promise of
 * whom it was asked of. What is being called at this moment stays, and is named. Refuses `not_found`, `agent_not_here`,
 * `invalid_input` for a move to the same agent, and `user_on_call` or `wrong_state` for what was taken or settled at this
 * very moment; asking again helps.
 */
export async function moveCallbacks(
  ctx: Ctx,
  { agentId, toAgentId }: z.infer<typeof moveInput>,
): Promise<z.infer<typeof moveAnswer>> {
  if (agentId === toAgentId) throw new Refusal("invalid_input", "Choose another agent than the one who has them.");
  return inTransaction(ctx, async (tx) => {
    const name = await nameOfReceiver(tx, toAgentId);
    const { waiting, inCall } = await findHeld(tx, agentId);
    const moved = await handOver(
      tx,
      waiting,
      toAgentId,
      ({ preferredAgentId }) => toAgentId ?? (preferredAgentId === agentId ? null : preferredAgentId),
    );
    const rest = inCall.length === 0 ? "" : ` Callback ${inCall.join(", ")} is being called at this moment and stays.`;
    const notice = await noticeAbout(tx, toAgentId, waiting);
    const done = `${moved === 1 ? "1 callback" : `${moved} callbacks`} moved ${towards(name)}.${rest}`;
    const message = [done, notice].filter(Boolean).join(" ");
    return { success: true, message, data: { agentId, toAgentId, moved, inCall } };
  });
}

async function findHeld(ctx: Ctx, agentId: number): Promise<{ waiting: number[]; inCall: number[] }> {
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
