import { z } from "zod";
import type { Ctx } from "#lib/base/context";
import { inTransaction } from "#lib/database/db";
import { Refusal } from "#lib/base/errors";
import { query, sql } from "#lib/database/sql";
import { timeWords } from "#lib/time/zone";
import { mustHaveDoneLast } from "./own-desk.ts";
import { remind } from "./remind.ts";
import { routeAgain } from "./route-again.ts";
import type { undoSnoozeAnswer, undoSnoozeInput } from "./schema.ts";
import { event } from "./sql/event.ts";
import { lockCallback, mustBeOpen } from "./store.ts";

/**
 * Undoes a snooze: the callback has its former time, the snooze does not count, and a due callback is queued at once. Possible
 * only while the callback is unchanged: `snoozedUntil`, the time that the snooze answered, identifies the snooze. An acceptance
 * that the snooze ended is not restored; accept the callback again. Refuses `not_found` (also for an agent who did not snooze it)
 * and `wrong_state`.
 */
export async function undoSnooze(
  ctx: Ctx,
  { callbackId, snoozedUntil }: z.infer<typeof undoSnoozeInput>,
): Promise<z.infer<typeof undoSnoozeAnswer>> {
  return inTransaction(ctx, async (tx) => {
    const callback = await lockCallback(tx.db, callbackId);
    await mustHaveDoneLast(tx, callbackId);
    mustBeOpen(callback);
    const [back] = await query(
      tx.db,
      z.object({ scheduledFor: z.date(), snoozes: z.int() }),
      sql`UPDATE callbacks SET scheduled_for = (event_data ->> 'from')::timestamptz, snoozes = snoozes - 1,
                 snoozed_at = snoozed_at[1:snoozes - 1], ${event(ctx, {
                   type: "snooze_undone",
                   why: "The snooze was taken back; it has the time of before.",
                   data: sql`jsonb_build_object('from', scheduled_for, 'to', event_data -> 'from')`,
                 })}
          WHERE id = ${callbackId} AND status = 'pending' AND event_type = 'snoozed' AND event_data ? 'from'
            AND scheduled_for = ${snoozedUntil}::timestamptz
          RETURNING scheduled_for AS "scheduledFor", snoozes`,
    );
    if (!back)
      throw new Refusal(
        "wrong_state",
        `Something has happened to callback ${callbackId} since it was snoozed, so the snooze stays; change its time instead.`,
      );
    await routeAgain(tx, [callback.userId]);
    await remind(tx, callbackId, "moved");
    const words = timeWords(back.scheduledFor, callback.zone);
    return {
      success: true,
      message: `The snooze is taken back: ${words}, as before.`,
      data: {
        callbackId,
        scheduledFor: back.scheduledFor.toISOString(),
        snoozesLeft: ctx.limits.snoozeLimit - back.snoozes,
      },
    };
  });
}
