import type { z } from "zod";
import { DecentHours, inCall } from "#modules/call-queue";
import type { Ctx } from "#lib/base/context";
import { inWholeTransaction, isTransaction, retried } from "#lib/database/db";
import { Refusal } from "#lib/base/errors";
import { timeWords } from "#lib/time/zone";
import { mustBeOnDesk } from "./own-desk.ts";
import { remind } from "./remind.ts";
import { laterOf, plusMinutes } from "./rules.ts";
import type { snoozeAnswer, snoozeInput } from "./schema.ts";
import { type LockedCallback, lockCallback, mustBeOpen, readCallback } from "./store.ts";
import { writeSnooze } from "./sql/write-snooze.ts";

type Input = z.infer<typeof snoozeInput>;
type Answer = z.infer<typeof snoozeAnswer>;

/**
 * Puts the callback off by 1 to 60 whole minutes, counted from now, or from its time while that lies ahead: a snooze never makes
 * it earlier. A new time outside the decent hours of the user, for which the user did not ask, becomes the next decent time. The
 * first tick at the new time queues it again. The row stays and gets a new time: there is no second promise that could be lost.
 * Refuses `not_found`, `wrong_state`, `already_accepted` (by an agent other than `agentId`), `user_on_call`, and `snooze_limit`
 * after SNOOZE_LIMIT snoozes.
 */
export async function snoozeCallback(ctx: Ctx, input: Input): Promise<Answer> {
  await mustBeOnDesk(ctx, input.callbackId);
  // Where no text is queued with it: one statement reads, and one writes unless something has happened meanwhile.
  if (ctx.limits.reminderFrom === null && !isTransaction(ctx.db)) {
    const snoozed = await retried(async () => snooze(ctx, await readCallback(ctx.db, input.callbackId), input));
    if (snoozed) return snoozed;
  }
  return inWholeTransaction(ctx, async (tx) => {
    const snoozed = await snooze(tx, await lockCallback(tx.db, input.callbackId), input);
    if (!snoozed) throw new Error(`callback ${input.callbackId} has changed although it is locked`);
    await remind(tx, input.callbackId, "moved");
    return snoozed;
  });
}

/** The rules and the write; null when something has happened to the callback since it was read. */
async function snooze(ctx: Ctx, callback: LockedCallback, input: Input): Promise<Answer | null> {
  const { callbackId, snoozeMinutes, agentId } = input;
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
  const hours = new DecentHours(ctx.limits);
  const newScheduledTime = hours.nextOrAsked(wished, zone, callback.promisedFor);
  const until = `until ${timeWords(newScheduledTime, zone)}`;
  const snoozed =
    newScheduledTime > wished
      ? `Snoozed ${until}, because ${hours.whyNot(wished, zone)} ${snoozeMinutes} min later`
      : `Snoozed for ${snoozeMinutes} min, ${until}`;
  const done = await writeSnooze(ctx, callbackId, {
    eventSeq: callback.eventSeq,
    scheduledFor: newScheduledTime,
    why: `${snoozed}.`,
    data: { snoozeMinutes, from: callback.scheduledFor.toISOString() },
    actor: agentId === undefined ? undefined : `agent ${agentId}`,
  });
  if (done === "in call") throw inCall();
  if (done === "changed") return null;
  const snoozesLeft = ctx.limits.snoozeLimit - callback.snoozes - 1;
  const data = { callbackId, newScheduledTime: newScheduledTime.toISOString(), snoozeMinutes, snoozesLeft };
  return { success: true, message: `${snoozed}; ${snoozesLeft} left.`, data };
}
