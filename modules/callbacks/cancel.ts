import type { z } from "zod";
import { removeFromQueue } from "#modules/call-queue";
import { type Ctx, describeActor } from "#lib/base/context";
import { inTransaction } from "#lib/database/db";
import { execute, sql } from "#lib/database/sql";
import { remind } from "./remind.ts";
import type { cancelInput, changedAnswer } from "./schema.ts";
import { event } from "./sql/event.ts";
import { lockCallback, mustBeOpen } from "./store.ts";

/** Withdraws a promise, with the reason. Refuses `not_found`, `wrong_state` and `user_on_call`. */
export async function cancelCallback(
  ctx: Ctx,
  { callbackId, reason }: z.infer<typeof cancelInput>,
): Promise<z.infer<typeof changedAnswer>> {
  const actor = describeActor(ctx.actor);
  return inTransaction(ctx, async (tx) => {
    mustBeOpen(await lockCallback(tx.db, callbackId));
    await removeFromQueue(tx, callbackId, "cancelled");
    await execute(
      tx.db,
      sql`UPDATE callbacks SET status = 'cancelled', cancelled_by = ${actor}, cancelled_at = ${ctx.now}::timestamptz, cancel_reason = ${reason},
                 failed_ticks = 0, quarantined_at = NULL, ${event(ctx, { type: "cancelled", why: reason })}
          WHERE id = ${callbackId} AND status IN ('pending', 'accepted')`,
    );
    await remind(tx, callbackId, "cancelled");
    return { success: true, message: "Cancelled.", data: { callbackId, status: "cancelled" } };
  });
}
