import type { Ctx } from "#lib/base/context";
import { execute, type Sql, sql } from "#lib/database/sql";
import { OUTCOME_EFFECTS } from "./outcome-effects.ts";

/** The claim a call was opened with. `fence` is the number of that claim; a later claim has a larger one. */
export type CallClaim = { entryId: number; callSessionId: bigint; fence: number };

/**
 * Part of a SELECT: closes the entry of a call that has its outcome; the database function `finish_entry` fails when the
 * claim is another's by now. The caller holds both, and knows that the call was not given back.
 */
export function finishing({ now }: Ctx, { entryId, callSessionId, fence }: CallClaim, reason: string): Sql {
  return sql`finish_entry(${entryId}::int, ${callSessionId}::bigint, ${fence}::int, ${now}::timestamptz, ${reason})`;
}

/** Closes the entry of a regular call that was given back, and has its outcome now; one that is in another call stays. */
export async function closeReturnedEntry(ctx: Ctx, entryId: number, reason: string): Promise<void> {
  await execute(
    ctx.db,
    sql`UPDATE live_entries SET status = 'completed', closed_at = ${ctx.now}::timestamptz, closed_reason = ${reason}
        WHERE id = ${entryId} AND call_session_id IS NULL AND callback_id IS NULL`,
  );
}

/** What the regular queue learns from a call: whether regular calls to its user end, and until when the user rests. */
export type Learnt = { endsCalls: boolean; nextCallAfter: Date | null };

/**
 * What is learnt from an outcome. `isPromiseSpent`: the attempts of a callback are used up, so the user is free for the
 * regular queue at once. `isOtherNumber`: the call went to a number that a promise named; that this one is wrong says
 * nothing of the user's own.
 */
export function learntFrom(
  now: Date,
  outcomeType: keyof typeof OUTCOME_EFFECTS,
  { isPromiseSpent, isOtherNumber }: { isPromiseSpent: boolean; isOtherNumber: boolean },
): Learnt {
  const { endsCalls, restMinutes } = OUTCOME_EFFECTS[outcomeType];
  return {
    endsCalls: endsCalls && !(isOtherNumber && outcomeType === "wrong_number"),
    nextCallAfter: isPromiseSpent ? null : new Date(now.getTime() + restMinutes * 60_000),
  };
}
