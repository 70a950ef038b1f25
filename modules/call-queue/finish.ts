import { beginCall, endCall } from "#modules/agents";
import type { Ctx } from "#lib/context";
import { execute, sql } from "#lib/sql";
import { OUTCOME_EFFECTS } from "./outcome-effects.ts";

/** The claim a call was opened with. `fence` is the number of that claim; a later claim has a larger one. */
export type CallClaim = { entryId: number; callSessionId: bigint; fence: number };

/** Locks the entry of a call until the transaction ends, before its call session is locked. */
export async function lockEntry(ctx: Ctx, entryId: number): Promise<void> {
  await execute(ctx.db, sql`SELECT FROM call_queue WHERE id = ${entryId} FOR UPDATE`);
}

/** Closes the entry of a call that has its outcome. The caller holds both, and knows that the call was not given back. */
export async function finishEntry(
  ctx: Ctx,
  { entryId, callSessionId, fence }: CallClaim,
  reason: string,
): Promise<void> {
  const changed = await execute(
    ctx.db,
    sql`UPDATE call_queue SET status = 'completed', closed_at = ${ctx.now}::timestamptz, closed_reason = ${reason}
        WHERE id = ${entryId} AND status = 'assigned' AND call_session_id = ${callSessionId} AND fence = ${fence}`,
  );
  if (changed !== 1) throw new Error(`call ${callSessionId} is open and its entry ${entryId} is another's`);
}

/** Closes the entry of a regular call that was given back, and has its outcome now; one that is in another call stays. */
export async function closeReturnedEntry(ctx: Ctx, entryId: number, reason: string): Promise<void> {
  await execute(
    ctx.db,
    sql`UPDATE call_queue SET status = 'completed', closed_at = ${ctx.now}::timestamptz, closed_reason = ${reason}
        WHERE id = ${entryId} AND status IN ('pending', 'assigned') AND call_session_id IS NULL AND callback_id IS NULL`,
  );
}

/** Marks the agent as in a call that did not come from the queue; who is not logged in stays so. */
export async function occupyAgent(ctx: Ctx, agentId: number): Promise<void> {
  await beginCall(ctx, agentId);
}

/** Frees the agent for the next call. */
export async function freeAgent(ctx: Ctx, agentId: number): Promise<void> {
  await endCall(ctx, agentId);
}

/**
 * What the regular queue learns from a call: when the user may be called again, whether at all, and how often it was
 * tried. `isPromiseSpent`: the attempts of a callback are used up, so the user is free for the regular queue at once.
 * `isOtherNumber`: the call went to a number that a promise named; that this one is wrong says nothing of the user's own.
 */
export async function learnFromCall(
  ctx: Ctx,
  {
    userId,
    outcomeType,
    isPromiseSpent,
    isOtherNumber,
  }: {
    userId: bigint;
    outcomeType: keyof typeof OUTCOME_EFFECTS;
    isPromiseSpent: boolean;
    isOtherNumber: boolean;
  },
): Promise<void> {
  const effect = OUTCOME_EFFECTS[outcomeType];
  const endsCalls = effect.endsCalls && !(isOtherNumber && outcomeType === "wrong_number");
  const nextCallAfter = isPromiseSpent ? null : new Date(ctx.now.getTime() + effect.restMinutes * 60_000);
  await execute(
    ctx.db,
    sql`INSERT INTO user_call_scores AS s (user_id, is_active, next_call_after, total_attempts, last_outcome, updated_at)
        SELECT id, ${!endsCalls}, ${nextCallAfter}::timestamptz, 1, ${outcomeType}, ${ctx.now}::timestamptz FROM users WHERE id = ${userId}
        ON CONFLICT (user_id) DO UPDATE
        SET is_active = s.is_active AND excluded.is_active, next_call_after = excluded.next_call_after,
            total_attempts = s.total_attempts + 1, last_outcome = excluded.last_outcome, updated_at = excluded.updated_at`,
  );
}
