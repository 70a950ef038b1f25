import type { z } from "zod";
import { holdNamedNumber, removeFromQueue } from "#modules/call-queue";
import type { Ctx } from "#lib/base/context";
import { inTransaction } from "#lib/database/db";
import { asJson, execute, sql } from "#lib/database/sql";
import { conflictsOf } from "./conflicts.ts";
import { mustBeOnDesk } from "./own-desk.ts";
import { type PromisedTime, promisedTime } from "./promised-time.ts";
import { remind } from "./remind.ts";
import { routeAgain } from "./route-again.ts";
import type { rescheduleAnswer, rescheduleInput } from "./schema.ts";
import { event } from "./sql/event.ts";
import { callbackNotFound, findCallback, type LockedCallback, lockCallback, mustBeOpen } from "./store.ts";

/**
 * Moves a promise to another time that was agreed on with the user; punctuality is measured by the new time. A time with an
 * offset is an instant; a time without is the wall clock of `timeZone`, else of the user. An accepted callback is pending again,
 * because its agent had agreed to another time. The callback leaves the queue, and is queued again immediately when the new time
 * is due. The answer warns about the time as promising does. `phone`: the number to call from now on. An agent may reschedule
 * only callbacks of their own desk. Refuses `not_found`, `wrong_state`, `user_on_call` and, as scheduling does, `invalid_input`.
 */
export async function rescheduleCallback(
  ctx: Ctx,
  input: z.infer<typeof rescheduleInput>,
): Promise<z.infer<typeof rescheduleAnswer>> {
  await mustBeOnDesk(ctx, input.callbackId);
  return inTransaction(ctx, async (tx) => {
    const { callback, scheduledFor, zone, local, words } = await agreeOnTime(tx, input);
    const conflicts = await conflictsOf(tx, { ...callback, scheduledFor }, input);
    return {
      success: true,
      message: `Promised for ${words}.`,
      data: {
        callbackId: callback.id,
        status: "pending",
        scheduledFor: scheduledFor.toISOString(),
        promisedLocal: local.slice(0, 19),
        promisedZone: zone,
        conflicts,
      },
    };
  });
}

/** The same within a transaction; returns the callback as it was. `callSessionId`: the call in which the time was agreed on. */
export async function agreeOnTime(
  ctx: Ctx,
  input: z.infer<typeof rescheduleInput>,
  callSessionId?: bigint,
): Promise<PromisedTime & { callback: LockedCallback }> {
  const { callbackId, reason } = input;
  return inTransaction(ctx, async (tx) => {
    const named = input.phone === undefined ? null : await holdNumberFor(tx, callbackId, input.phone);
    const callback = await lockCallback(tx.db, callbackId);
    mustBeOpen(callback);
    const { scheduledFor, zone, local, words } = promisedTime(input, callback.zone, ctx.now);
    await removeFromQueue(tx, callbackId, "another time was agreed on");
    const before = callback.scheduledFor.toISOString();
    const agreedIn = callSessionId === undefined ? {} : { callSessionId: String(callSessionId) };
    await execute(
      tx.db,
      // The callback starts afresh in the queue: its measurements belonged to the former time.
      sql`UPDATE callbacks SET status = 'pending', scheduled_for = ${scheduledFor}::timestamptz, promised_for = ${scheduledFor}::timestamptz,
                 phone = coalesce(${named?.phone ?? null}, phone), number = coalesce(${named?.number ?? null}, number),
                 promised_local = ${local}::timestamp, promised_zone = ${zone}, accepted_by_agent_id = NULL, accepted_at = NULL,
                 first_queued_at = NULL, first_taken_at = NULL, failed_ticks = 0, quarantined_at = NULL,
                 ${event(ctx, {
                   type: "rescheduled",
                   why: `Promised anew for ${words}${reason === undefined ? "." : `: ${reason}`}`,
                   data: asJson({ from: before, to: scheduledFor.toISOString(), ...agreedIn }),
                 })}
          WHERE id = ${callbackId} AND status IN ('pending', 'accepted')`,
    );
    await routeAgain(tx, [callback.userId]);
    await remind(tx, callbackId, "moved");
    return { callback, scheduledFor, zone, local, words };
  });
}

/** Reads the callback without a lock, because a number must be locked before a callback. */
async function holdNumberFor(ctx: Ctx, callbackId: number, phone: string) {
  const callback = await findCallback(ctx.db, callbackId);
  if (!callback) throw callbackNotFound(callbackId);
  return holdNamedNumber(ctx, BigInt(callback.userId), phone);
}
