import { z } from "zod";
import type { Ctx } from "#lib/base/context";
import { Refusal } from "#lib/base/errors";
import { query, sql } from "#lib/database/sql";

/**
 * Removes the live entry of a callback, and the callback from an entry that covers it. The caller holds the callback's lock.
 * Refuses `user_on_call` while a call on that entry is in progress: only its outcome may settle it.
 */
export async function removeFromQueue(ctx: Ctx, callbackId: number, reason: string): Promise<void> {
  const [entry] = await query(
    ctx.db,
    z.object({ isInCall: z.boolean() }),
    sql`SELECT remove_entry(${callbackId}::int, ${reason}, ${ctx.now}::timestamptz) AS "isInCall"`,
  );
  if (entry!.isInCall) throw inCall();
}

/** The refusal of a change to a callback whose call is under way. */
export function inCall(): Refusal {
  return new Refusal("user_on_call", "This callback is being called at this moment; record the outcome instead.");
}
