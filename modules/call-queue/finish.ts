import type { Ctx } from "#lib/base/context";
import { execute, type Sql, sql } from "#lib/database/sql";
import { OUTCOME_EFFECTS } from "./outcome-effects.ts";

/** The claim that opened a call. `fence` is the number of that claim; a later claim has a larger one. */
export type CallClaim = { entryId: number; callSessionId: bigint; fence: number };

/**
 * Part of a SELECT: closes the entry of a call with an outcome; the database function `finish_entry` fails when another claim has
 * the entry by now. The caller holds both locks, and knows that the call was not given back.
 */
export function finishing({ now }: Ctx, { entryId, callSessionId, fence }: CallClaim, reason: string): Sql {
  return sql`finish_entry(${entryId}::int, ${callSessionId}::bigint, ${fence}::int, ${now}::timestamptz, ${reason})`;
}

/** Closes the regular entry that a call returned, because the call has its outcome now; an entry in another call stays. */
export async function closeReturnedEntry(ctx: Ctx, entryId: number, reason: string): Promise<void> {
  await execute(
    ctx.db,
    sql`UPDATE live_entries SET status = 'completed', closed_at = ${ctx.now}::timestamptz, closed_reason = ${reason}
        WHERE id = ${entryId} AND call_session_id IS NULL AND callback_id IS NULL`,
  );
}

/** The effect of a call on the regular queue: whether regular calls to its user end, and until when the user rests. */
export type Learnt = { endsCalls: boolean; nextCallAfter: Date | null };

/**
 * The effect of an outcome on the regular queue. `isPromiseSpent`: the attempts of a callback are used up, so the regular queue may
 * call the user again at once. `isOtherNumber`: the call went to a number that a promise named; if that number is wrong, the user's
 * own number is not marked.
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
