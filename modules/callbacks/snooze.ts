import type { z } from "zod";
import { DecentHours, inCall } from "#modules/call-queue";
import type { Ctx } from "#lib/base/context";
import { inTransaction } from "#lib/database/db";
import { Refusal } from "#lib/base/errors";
import { timeWords } from "#lib/time/zone";
import { mustBeOnDesk } from "./own-desk.ts";
import { remind } from "./remind.ts";
import { laterOf, plusMinutes } from "./rules.ts";
import type { snoozeAnswer, snoozeInput } from "./schema.ts";
import { lockCallback, mustBeOpen } from "./store.ts";
import { writeSnooze } from "./sql/write-snooze.ts";

/**
 * Puts the callback off by 1 to 60 whole minutes, counted from now, or from its time while that lies ahead: a snooze never makes
 * it earlier. A new time outside the decent hours of the user, for which the user did not ask, becomes the next decent time. The
 * first tick at the new time queues it again. The row stays and gets a new time: there is no second promise that could be lost.
 * Refuses `not_found`, `wrong_state`, `already_accepted` (by an agent other than `agentId`), `user_on_call`, and `snooze_limit`
 * after SNOOZE_LIMIT snoozes.
 */
export async function snoozeCallback(
  ctx: Ctx,
  input: z.infer<typeof snoozeInput>,
): Promise<z.infer<typeof snoozeAnswer>> {
  const { callbackId, snoozeMinutes, agentId } = input;
  return inTransaction(ctx, async (tx) => {
    await mustBeOnDesk(tx, callbackId);
    const callback = await lockCallback(tx.db, callbackId);
    mustBeOpen(callback);
    if (agentId !== undefined && callback.status === "accepted" && callback.acceptedByAgentId !== agentId) {
      throw new Refusal(
        "already_accepted",
        `${callback.acceptedByName} has accepted callback ${callbackId}; only they can snooze it.`,
      );
    }
    if (callback.snoozes >= ctx.limits.snoozeLimit) {
      throw new Refusal(
        "snooze_limit",
        `Callback ${callbackId} was snoozed ${callback.snoozes} times already; call now, or release or cancel it.`,
      );
    }
    const { zone } = callback;
    const wished = plusMinutes(laterOf(ctx.now, callback.scheduledFor), snoozeMinutes);
    const newScheduledTime = new DecentHours(ctx.limits).nextOrAsked(wished, zone, callback.promisedFor);
    const until = `until ${timeWords(newScheduledTime, zone)}`;
    const isSnoozed = await writeSnooze(tx, callbackId, {
      scheduledFor: newScheduledTime,
      why: `Snoozed for ${snoozeMinutes} min, ${until}.`,
      data: { snoozeMinutes, from: callback.scheduledFor.toISOString() },
      actor: agentId === undefined ? undefined : `agent ${agentId}`,
    });
    if (!isSnoozed) throw inCall();
    await remind(tx, callbackId, "moved");
    const snoozesLeft = ctx.limits.snoozeLimit - callback.snoozes - 1;
    const data = { callbackId, newScheduledTime: newScheduledTime.toISOString(), snoozeMinutes, snoozesLeft };
    return { success: true, message: `Snoozed for ${snoozeMinutes} min, ${until}; ${snoozesLeft} left.`, data };
  });
}
