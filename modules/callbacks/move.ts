import type { z } from "zod";
import type { Ctx } from "#lib/base/context";
import { inTransaction } from "#lib/database/db";
import { Refusal } from "#lib/base/errors";
import { handOver, nameOfReceiver, towards } from "./reassign.ts";
import type { moveAnswer, moveInput } from "./schema.ts";
import { noticeAbout } from "./sql/notice-about.ts";
import { findHeld } from "./sql/find-held.ts";

/**
 * Moves all open callbacks that an agent owns, has accepted or has in the queue to another agent, or back to routing, in one
 * transaction: for an agent who is ill. Callbacks that go back to routing and were only assigned to this agent keep their
 * preferred agent. Callbacks whose call is under way stay, and the answer names them. Refuses `not_found`, `agent_not_here`,
 * `invalid_input` for a move to the same agent, and `user_on_call` or `wrong_state` for a callback that another transaction took
 * or settled meanwhile; a retry then succeeds.
 */
export async function moveCallbacks(
  ctx: Ctx,
  { agentId, toAgentId }: z.infer<typeof moveInput>,
): Promise<z.infer<typeof moveAnswer>> {
  if (agentId === toAgentId) throw new Refusal("invalid_input", "Choose another agent than the one who has them.");
  return inTransaction(ctx, async (tx) => {
    const name = await nameOfReceiver(tx, toAgentId);
    const { waiting, inCall } = await findHeld(tx, agentId);
    const callbackIds = await handOver(tx, waiting, {
      toAgentId,
      ownerOf: ({ preferredAgentId }) => toAgentId ?? (preferredAgentId === agentId ? null : preferredAgentId),
    });
    const rest = inCall.length === 0 ? "" : ` Callback ${inCall.join(", ")} is being called at this moment and stays.`;
    const notice = await noticeAbout(tx, toAgentId, waiting);
    const { length: moved } = callbackIds;
    const done = `${moved === 1 ? "1 callback" : `${moved} callbacks`} moved ${towards(name)}.${rest}`;
    const message = [done, notice].filter(Boolean).join(" ");
    return { success: true, message, data: { agentId, toAgentId, moved, callbackIds, inCall } };
  });
}
