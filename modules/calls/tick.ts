import { z } from "zod";
import { haveEndedCalls, leaveEndedCalls } from "#modules/agents";
import { remindSoon, routeDue } from "#modules/callbacks";
import type { TickAnswer } from "#schema/callbacks";
import type { Ctx } from "#lib/base/context";
import { inDirectTransaction } from "#lib/database/direct-transaction";
import { query, sql } from "#lib/database/sql";
import { stopwatch } from "#lib/time/clock";
import { type Until, UNBOUNDED } from "#lib/time/until";
import { abandonCalls, abandonStrayCalls, haveStrayed } from "./sql/abandon-calls.ts";

/**
 * One tick, in one transaction: routes due callbacks, ends calls whose lease has expired, and takes their agents off them. A tick
 * that finds another one running changes nothing and answers `skipped`. Afterwards it queues the texts that precede a call, as
 * many as `until` leaves time for; the transaction before them is a constant number of statements and always whole.
 */
export async function runTick(
  ctx: Ctx,
  { source, until = UNBOUNDED }: { source: "cron" | "catch-up"; until?: Until },
): Promise<TickAnswer> {
  const elapsed = stopwatch();
  const answer = await inDirectTransaction(ctx, async (tx) => {
    const routed = await routeDue(tx, source, elapsed);
    if (routed.answer.skipped) return routed.answer;
    await abandonCalls(tx, routed.abandoned);
    await endCalls(tx);
    return routed.answer;
  });
  // Each in a transaction of its own: a text that cannot be queued holds up no call.
  if (!answer.skipped) await remindSoon(ctx, until);
  return answer;
}

const overdue = z.object({ areStray: z.boolean(), areLeft: z.boolean() });

/** Ends abandoned calls, and takes agents off calls that have ended. One query finds that there is usually nothing to do. */
async function endCalls(tx: Ctx): Promise<void> {
  const [found] = await query(
    tx.db,
    overdue,
    sql`SELECT ${haveStrayed(tx)} AS "areStray", ${haveEndedCalls} AS "areLeft"`,
  );
  const { areStray, areLeft } = found!;
  if (areStray) await abandonStrayCalls(tx);
  if (areStray || areLeft) await leaveEndedCalls(tx);
}
