import { leaveEndedCalls } from "#modules/agents";
import { remindSoon, routeDue } from "#modules/callbacks";
import type { TickAnswer } from "#schema/callbacks";
import type { Ctx } from "#lib/base/context";
import { inTransaction } from "#lib/database/db";
import { stopwatch } from "#lib/time/clock";
import { type Until, UNBOUNDED } from "#lib/time/until";
import { abandonCalls, abandonStrayCalls } from "./sql/abandon-calls.ts";

/**
 * One tick, in one transaction: callbacks that are due are routed, calls whose lease is over are ended, and their agents leave
 * them. A tick that finds another running changes nothing and answers `skipped`. Then the texts go out that come before a call, as many
 * as `until` leaves time for; the transaction before them is a constant number of statements and always whole.
 */
export async function runTick(
  ctx: Ctx,
  { source, until = UNBOUNDED }: { source: "cron" | "catch-up"; until?: Until },
): Promise<TickAnswer> {
  const elapsed = stopwatch();
  const answer = await inTransaction(ctx, async (tx) => {
    const routed = await routeDue(tx, source, elapsed);
    if (routed.answer.skipped) return routed.answer;
    await abandonCalls(tx, routed.abandoned);
    await abandonStrayCalls(tx, { awaySince: new Date(tx.now.getTime() - tx.limits.callGraceMinutes * 60_000) });
    await leaveEndedCalls(tx);
    return routed.answer;
  });
  // In transactions of their own: a text that cannot be queued holds up no call.
  if (!answer.skipped) await remindSoon(ctx, until);
  return answer;
}
