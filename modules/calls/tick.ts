import { z } from "zod";
import { haveEndedCalls, leaveEndedCalls } from "#modules/agents";
import { remindSoon, routeDue } from "#modules/callbacks";
import type { TickAnswer } from "#schema/callbacks";
import type { Ctx } from "#lib/base/context";
import { inTransaction } from "#lib/database/db";
import { query, sql } from "#lib/database/sql";
import { stopwatch } from "#lib/time/clock";
import { type Until, UNBOUNDED } from "#lib/time/until";
import { abandonCalls, abandonStrayCalls, haveStrayed } from "./sql/abandon-calls.ts";

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
    await endCalls(tx);
    return routed.answer;
  });
  // In transactions of their own: a text that cannot be queued holds up no call.
  if (!answer.skipped) await remindSoon(ctx, until);
  return answer;
}

const overdue = z.object({ areStray: z.boolean(), areLeft: z.boolean() });

/** Ends calls that nobody ended, and takes their agents and those of other ended calls off them. Mostly there is nothing to do: one look says so. */
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
