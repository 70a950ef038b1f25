import { entryRemoved } from "#modules/call-queue";
import type { Ctx } from "#lib/base/context";
import { execute, sql } from "#lib/database/sql";
import { type Event, event } from "./event.ts";

/**
 * Puts a callback off until `scheduledFor` and removes its entry, in one statement. False when the entry is in a call: then nothing
 * is changed. The caller holds the callback.
 */
export async function writeSnooze(
  ctx: Ctx,
  callbackId: number,
  { scheduledFor, event: snoozed }: { scheduledFor: Date; event: Event },
): Promise<boolean> {
  const changed = await execute(
    ctx.db,
    sql`WITH ${entryRemoved(ctx, callbackId, "snoozed")}
        UPDATE callbacks SET status = 'pending', scheduled_for = ${scheduledFor}::timestamptz, snoozes = snoozes + 1,
               snoozed_at = snoozed_at || ${ctx.now}::timestamptz, accepted_by_agent_id = NULL, accepted_at = NULL,
               failed_ticks = 0, quarantined_at = NULL, ${event(ctx, snoozed)}
        WHERE id = ${callbackId} AND NOT EXISTS (SELECT FROM entry WHERE in_call)`,
  );
  return changed === 1;
}
