import { z } from "zod";
import type { Ctx } from "#lib/base/context";
import { execute, sql } from "#lib/database/sql";
import type { CallClaim } from "./finish.ts";

/** The row of a user in the regular queue's scores before a call; null: there was none. */
export const knownBefore = z
  .object({
    isActive: z.boolean(),
    nextCallAfter: z.string().nullable(),
    totalAttempts: z.int(),
    lastOutcome: z.string().nullable(),
  })
  .nullable();

/**
 * Makes the entry of a call live again, because the outcome that closed it is undone. Returns the number of reopened entries: 0
 * when another claim closed it. The unique index refuses it when the user has another live entry.
 */
export async function reopenEntry(ctx: Ctx, { entryId, callSessionId, fence }: CallClaim): Promise<number> {
  return execute(
    ctx.db,
    sql`UPDATE call_queue SET status = 'assigned', closed_at = NULL, closed_reason = NULL
        WHERE id = ${entryId} AND status = 'completed' AND call_session_id = ${callSessionId} AND fence = ${fence}`,
  );
}

/**
 * Makes the removed entry of a callback live again as it was, waiting or assigned, when a call from elsewhere had settled the
 * callback.
 */
export async function reopenRemovedEntry(ctx: Ctx, callbackId: number, reason: string): Promise<void> {
  await execute(
    ctx.db,
    sql`UPDATE call_queue SET status = CASE WHEN assigned_to_agent_id IS NULL THEN 'pending' ELSE 'assigned' END,
               closed_at = NULL, closed_reason = NULL
        WHERE id = (SELECT max(id) FROM call_queue WHERE callback_id = ${callbackId}) AND status = 'removed' AND closed_reason = ${reason}`,
  );
}

/**
 * Restores the user's score from before a call whose outcome is undone. False when another call has changed it since.
 */
export async function unlearn(ctx: Ctx, userId: bigint, before: z.infer<typeof knownBefore>): Promise<boolean> {
  const attempts = before?.totalAttempts ?? 0;
  const forgotten = await execute(
    ctx.db,
    sql`UPDATE user_call_scores
        SET is_active = ${before?.isActive ?? true}, next_call_after = ${before?.nextCallAfter ?? null}::timestamptz,
            total_attempts = ${attempts}::int, last_outcome = ${before?.lastOutcome ?? null},
            updated_at = ${ctx.now}::timestamptz
        WHERE user_id = ${userId} AND total_attempts = ${attempts}::int + 1`,
  );
  return forgotten > 0;
}
