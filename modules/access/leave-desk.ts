import { z } from "zod";
import { goOffShift } from "#modules/agents";
import { writeAudit } from "#lib/identity/audit";
import type { Browser, Ctx } from "#lib/base/context";
import { inTransaction } from "#lib/database/db";
import { query, sql } from "#lib/database/sql";
import { signedSessionToken } from "#lib/identity/session-cookie";
import { findStaff, type Person, personOf } from "./store.ts";

/** Twice as long as the use of a session may stay unwritten. */
const IN_USE_MINUTES = 20;

/**
 * Sets an agent whose session has ended off shift, so that no callback is routed to a desk that nobody sits at. Another browser of
 * the same account that was used lately may show the desk, so that its heartbeat decides.
 */
export async function leaveDesk(ctx: Ctx<Person>): Promise<void> {
  const { actor } = ctx;
  if (actor.kind !== "agent") return;
  const others = await query(
    ctx.db,
    z.object({ id: z.string() }),
    sql`SELECT id FROM staff_sessions
        WHERE account_id = ${actor.accountId} AND updated_at > clock_timestamp() - make_interval(mins => ${IN_USE_MINUTES}) LIMIT 1`,
  );
  if (others.length === 0) await goOffShift(ctx, actor.agentId);
}

/**
 * Ends the session that this browser had before a sign-in with `email`, which replaces its cookie. Another person than the former
 * one is at the desk now.
 */
export async function leaveFormer(ctx: Ctx, { headers }: Browser, email: string): Promise<void> {
  const token = signedSessionToken(headers);
  if (token === null) return;
  await inTransaction(ctx, async (tx) => {
    const [ended] = await query(
      tx.db,
      z.object({ accountId: z.string() }),
      sql`DELETE FROM staff_sessions WHERE token = ${token} RETURNING account_id AS "accountId"`,
    );
    if (!ended) return;
    const former = await findStaff(tx.db, ended.accountId);
    const actor = personOf(former);
    await writeAudit(tx.db, {
      actor,
      action: "staff.signed_out",
      subject: `account ${former.accountId}`,
      details: { reason: "another sign-in in this browser" },
    });
    if (former.email !== email) await leaveDesk({ ...tx, actor });
  });
}
