import type { z } from "zod";
import type { Ctx } from "#lib/base/context";
import { inTransaction } from "#lib/database/db";
import { Refusal } from "#lib/base/errors";
import { handOver, nameOfReceiver, towards } from "./reassign.ts";
import type { moveAnswer, moveInput } from "./schema.ts";
import { noticeAbout } from "./sql/notice-about.ts";
import { findHeld } from "./sql/find-held.ts";

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
