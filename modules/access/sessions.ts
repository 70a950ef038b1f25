import { z } from "zod";
import { browserOf, deviceOf } from "#lib/base/device";
import type { Browser, Ctx, ReadCtx } from "#lib/base/context";
import { Refusal } from "#lib/base/errors";
import { instantOut } from "#lib/base/ids";
import { inTransaction } from "#lib/database/db";
import { execute, query, sql } from "#lib/database/sql";
import { writeAudit } from "#lib/identity/audit";
import { signedSessionToken } from "#lib/identity/session-cookie";
import type { doneAnswer, nothing, sessionIdInput, sessionsAnswer } from "./schema.ts";
import type { Person } from "./store.ts";

type Done = z.infer<typeof doneAnswer>;

/** The token of a session stays in the database: only its browser may know it. */
const row = z.object({
  sessionId: z.string(),
  userAgent: z.string(),
  signedInAt: instantOut,
  lastSeenAt: instantOut,
  isCurrent: z.boolean(),
});

/** The browsers in which the caller is signed in: the caller's own first, then the last used. */
export async function listSessions(
  { db, actor }: ReadCtx<Person>,
  _: z.infer<typeof nothing>,
  headers: Headers,
): Promise<z.infer<typeof sessionsAnswer>> {
  const rows = await query(
    db,
    row,
    sql`SELECT id AS "sessionId", coalesce(user_agent, '') AS "userAgent", created_at AS "signedInAt",
               updated_at AS "lastSeenAt", token = ${signedSessionToken(headers) ?? ""} AS "isCurrent"
        FROM staff_sessions WHERE account_id = ${actor.accountId} AND expires_at > clock_timestamp()
        ORDER BY "isCurrent" DESC, updated_at DESC, id LIMIT 100`,
  );
  return {
    sessions: rows.map(({ userAgent, ...session }) => ({
      ...session,
      device: deviceOf(userAgent),
      browser: browserOf(userAgent),
    })),
  };
}

/**
 * Ends one session of the caller: its browser is signed out at its next request. Refuses `not_found` for a session that has ended
 * or is another person's.
 */
export async function endSession(ctx: Ctx<Person>, { sessionId }: z.infer<typeof sessionIdInput>): Promise<Done> {
  const { accountId } = ctx.actor;
  return inTransaction(ctx, async (tx) => {
    const ended = await execute(
      tx.db,
      sql`DELETE FROM staff_sessions WHERE id = ${sessionId} AND account_id = ${accountId}`,
    );
    if (ended === 0) throw new Refusal("not_found", "This session has ended already.");
    await writeAudit(tx.db, { actor: ctx.actor, action: "staff.session_ended", subject: `account ${accountId}` });
    return { success: true, message: "That browser is signed out." };
  });
}

/** Ends all sessions of the caller except the one of this browser. */
export async function endOtherSessions(
  ctx: Ctx<Person>,
  _: z.infer<typeof nothing>,
  { headers }: Browser,
): Promise<Done> {
  const { accountId } = ctx.actor;
  const own = signedSessionToken(headers) ?? "";
  return inTransaction(ctx, async (tx) => {
    const sessions = await execute(
      tx.db,
      sql`DELETE FROM staff_sessions WHERE account_id = ${accountId} AND token <> ${own}`,
    );
    await writeAudit(tx.db, {
      actor: ctx.actor,
      action: "staff.other_sessions_ended",
      subject: `account ${accountId}`,
      details: { sessions },
    });
    return { success: true, message: "Signed out everywhere else." };
  });
}
