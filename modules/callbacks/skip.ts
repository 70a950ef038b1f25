import type { z } from "zod";
import { entryOffered, noteSkip, offeredCallback, removeFromQueue } from "#modules/call-queue";
import type { skipAnswer, skipInput } from "#schema/call-queue";
import type { Ctx } from "#lib/base/context";
import { inTransaction } from "#lib/database/db";
import { asJson, execute, sql } from "#lib/database/sql";
import { backInLine } from "./give-back.ts";
import { plusMinutes, RELEASE_COOL_DOWN_MINUTES } from "./rules.ts";
import { event } from "./sql/event.ts";
import { lockCallback } from "./store.ts";

/**
 * Skips the next call that is offered to the agent, with a reason: the call is offered to another agent at once, and to this
 * agent not for ten minutes. The story of the customer shows the reason. Refuses `not_found` when the entry is not, or no longer,
 * offered to the agent.
 */
export async function skipNext(
  ctx: Ctx,
  { agentId, queueEntryId, reason }: z.infer<typeof skipInput>,
): Promise<z.infer<typeof skipAnswer>> {
  const until = plusMinutes(ctx.now, RELEASE_COOL_DOWN_MINUTES);
  return inTransaction(ctx, async (tx) => {
    // The callback is locked before its entry, as everywhere.
    const callbackId = await offeredCallback(tx.db, queueEntryId);
    const callback = callbackId === null ? null : await lockCallback(tx.db, callbackId);
    const { agentName, userId } = await entryOffered(tx.db, { queueEntryId, agentId });
    const why = `${agentName} skipped it: ${reason}`;
    if (!callback) await noteSkip(tx, { queueEntryId, userId, agentId, until, why, reason });
    else {
      await removeFromQueue(tx, callback.id, `skipped by agent ${agentId}`);
      await backInLine(tx, callback, why);
      await execute(
        tx.db,
        sql`UPDATE callbacks SET status = 'pending', accepted_by_agent_id = NULL, accepted_at = NULL,
                   released_by_agent_id = ${agentId}, released_until = ${until}::timestamptz,
                   ${event(ctx, { type: "skipped", why, data: asJson({ agentId }), actor: `agent ${agentId}` })}
            WHERE id = ${callback.id} AND status IN ('pending', 'accepted')`,
      );
    }
    return {
      success: true,
      message: `Skipped: first in line for somebody else, and not for you for ${RELEASE_COOL_DOWN_MINUTES} min.`,
      data: { queueEntryId, callbackId, userId: String(userId) },
    };
  });
}
