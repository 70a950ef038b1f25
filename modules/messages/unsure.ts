import type { Ctx } from "#lib/base/context";
import { execute, sql } from "#lib/database/sql";
import { inTransaction } from "#lib/database/db";
import { applyReport } from "./hooks.ts";
import type { Transports } from "./providers.ts";
import { LOOK_UP_MINUTES } from "./rules.ts";
import { claimLookUps, type UnsureMessage } from "./sql/claim-look-ups.ts";
import { messageEventOf } from "./sql/event.ts";
import { NEEDS_PERSON, nameIt } from "./sql/settle.ts";
import type { LookedUp } from "./transports/transport.ts";

/**
 * Asks providers whether they have the `unsure` messages, 2, 5 and 15 minutes after the attempt. A message that is found is settled; one
 * that is not found by the last look-up, or whose provider cannot be asked, is settled by UNSURE_POLICY: held for a person, or sent again.
 * One worker makes a look-up, and the next look-up makes up for a worker that died. An erased message cannot be looked up: a report of the
 * provider or a person settles it. Returns about how many it asked.
 */
export async function lookUpUnsure(ctx: Ctx, transports: Transports, signal: AbortSignal): Promise<number> {
  const claimed = await claimLookUps(ctx);
  for (const message of claimed) {
    const { id, channel, providerId, handedOverAt, others } = message;
    const transport = transports[channel];
    const found: LookedUp = transport.lookUp
      ? await transport.lookUp(message, { handedOverAt, providerId, others }, { signal, now: ctx.now })
      : { outcome: "no_answer", sentence: "This provider cannot be asked whether it has a message." };
    if (found.outcome !== "found") {
      const isLast = message.lookUps >= LOOK_UP_MINUTES.length || !transport.lookUp;
      if (isLast) await settleNotFound(ctx, message, found);
      continue;
    }
    await inTransaction(ctx, async (tx) => {
      await nameIt(tx, id, found.providerId);
      await applyReport(tx, id, found);
    });
  }
  return claimed.length;
}

async function settleNotFound(ctx: Ctx, { id, fence, lookUps }: UnsureMessage, found: LookedUp): Promise<void> {
  const said = found.outcome === "no_answer" ? found.sentence : "The provider does not list it, which proves nothing.";
  const isHeld = ctx.limits.unsurePolicy === "hold";
  const change = isHeld
    ? sql`next_attempt_at = NULL, ${messageEventOf(ctx, "held", `${said} ${NEEDS_PERSON}`)}`
    : sql`state = 'stored', next_attempt_at = ${ctx.now}::timestamptz, due_since = ${ctx.now}::timestamptz,
          ${messageEventOf(ctx, "resend", `${said} It is sent again, as UNSURE_POLICY says; it may arrive twice.`)}`;
  await execute(
    ctx.db,
    sql`UPDATE messages m SET ${change}
        WHERE id = ${id}::uuid AND fence = ${fence}::int AND state = 'unsure' AND look_ups = ${lookUps}::int AND next_attempt_at IS NOT NULL`,
  );
}
