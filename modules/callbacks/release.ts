import type { z } from "zod";
import { removeFromQueue } from "#modules/call-queue";
import type { Ctx } from "#lib/base/context";
import { inTransaction } from "#lib/database/db";
import { Refusal } from "#lib/base/errors";
import { asJson, execute, sql } from "#lib/database/sql";
import { mustBeOnDesk } from "./own-desk.ts";
import { backInLine } from "./give-back.ts";
import { plusMinutes, RELEASE_COOL_DOWN_MINUTES } from "./rules.ts";
import type { changedAnswer, releaseInput } from "./schema.ts";
import { routeAgain } from "./route-again.ts";
import { event } from "./sql/event.ts";
import { lockCallback, mustBeOpen } from "./store.ts";

/**
 * Returns an accepted callback to routing. Routing excludes its agent for ten minutes; a due callback waits at the front for the
 * next agent immediately, without waiting for the tick. `isUndo`: it was accepted by mistake, so it is routed at once as if it
 * had not been accepted, also to the same agent. Refuses `not_found`, `wrong_state` when it is not accepted, or for an undo when
 * it has changed since, `already_accepted` when another agent has it, and `user_on_call`.
 */
export async function releaseCallback(
  ctx: Ctx,
  { callbackId, agentId, isUndo = false }: z.infer<typeof releaseInput>,
): Promise<z.infer<typeof changedAnswer>> {
  return inTransaction(ctx, async (tx) => {
    await mustBeOnDesk(tx, callbackId);
    const callback = await lockCallback(tx.db, callbackId);
    mustBeOpen(callback);
    if (callback.status !== "accepted")
      throw new Refusal(
        "wrong_state",
        `Callback ${callbackId} is not accepted by anybody; there is nothing to release.`,
      );
    if (callback.acceptedByAgentId !== agentId) {
      throw new Refusal(
        "already_accepted",
        `${callback.acceptedByName} has callback ${callbackId}; only they can release it.`,
      );
    }
    await removeFromQueue(tx, callbackId, `released by agent ${agentId}`);
    if (!isUndo) await backInLine(tx, callback, "Released: first in line for somebody else.");
    const isReleased = await execute(
      tx.db,
      sql`UPDATE callbacks SET status = 'pending', accepted_by_agent_id = NULL, accepted_at = NULL,
                 released_by_agent_id = ${isUndo ? null : agentId}::int,
                 released_until = ${isUndo ? null : plusMinutes(ctx.now, RELEASE_COOL_DOWN_MINUTES)}::timestamptz, ${event(
                   ctx,
                   {
                     type: "released",
                     why: `${callback.acceptedByName} ${isUndo ? "took the acceptance back." : `gave it back; it stays away from them for ${RELEASE_COOL_DOWN_MINUTES} min.`}`,
                     data: asJson({ agentId, ...(isUndo && { isUndo }) }),
                     actor: `agent ${agentId}`,
                   },
                 )}
          WHERE id = ${callbackId} AND status = 'accepted' AND (NOT ${isUndo} OR event_type = 'accepted')`,
    );
    if (!isReleased)
      throw new Refusal(
        "wrong_state",
        `Something has happened to callback ${callbackId} since it was accepted; release it instead.`,
      );
    if (isUndo) await routeAgain(tx, [callback.userId]);
    return {
      success: true,
      message: isUndo ? "The acceptance is taken back." : "Given back: first in line for somebody else.",
      data: { callbackId, status: "pending" },
    };
  });
}
