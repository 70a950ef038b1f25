import { DecentHours, returnToLine } from "#modules/call-queue";
import type { Ctx } from "#lib/base/context";
import { CALLBACK_SCORE, laterOf, LEAD_MINUTES, plusMinutes } from "./rules.ts";
import type { LockedCallback } from "./store.ts";

/**
 * Queues a callback whose entry was just removed at the front, for any agent, so that it need not wait for the tick. A callback
 * that is not due yet does wait for the tick. The caller holds the lock of the callback.
 */
export async function backInLine(ctx: Ctx, callback: LockedCallback, why: string): Promise<void> {
  if (callback.scheduledFor > plusMinutes(ctx.now, LEAD_MINUTES)) return;
  const at = laterOf(ctx.now, callback.scheduledFor);
  const hours = new DecentHours(ctx.limits);
  const { from, until } = hours.ofWish(at, callback.zone, callback.promisedFor);
  await returnToLine(ctx, callback.id, {
    score: CALLBACK_SCORE,
    from: from > ctx.now ? from : callback.scheduledFor,
    until,
    why,
  });
}
