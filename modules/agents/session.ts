import { z } from "zod";
import { writeAudit } from "#lib/identity/audit";
import type { Ctx } from "#lib/base/context";
import { Refusal } from "#lib/base/errors";
import { execute, query, sql } from "#lib/database/sql";
import { type agentIdInput, type logOutAnswer, sessionAnswer, type sessionInput } from "./schema.ts";
import { writeDecision } from "./sql/write-decision.ts";

/**
 * Logs the agent in when no session is open, and sets the status the agent decided on. During a call the status stays `on_call`,
 * and the decision holds from the end of the call on. Two simultaneous logins result in one session: the unique index decides.
 * Refuses `not_found`, and `agent_not_here` for an inactive agent.
 */
export async function decideStatus(ctx: Ctx, { agentId, status }: Decision): Promise<z.infer<typeof sessionAnswer>> {
  const row = await writeDecision(ctx, { agentId, status });
  if (!row) throw agentNotFound(agentId);
  const { isActive, ...session } = row;
  if (!isActive)
    throw new Refusal("agent_not_here", `Agent ${agentId} is not active any more; activate the agent first.`);
  return session;
}

type Decision = { agentId: number; status: NonNullable<z.infer<typeof sessionInput>["status"]> };

/**
 * Heartbeat of the agent's open page, which changes no status. Refuses `not_found`, and
 * `agent_not_here` for an agent who is not logged in.
 */
export async function stayAlive(
  ctx: Ctx,
  { agentId }: z.infer<typeof agentIdInput>,
): Promise<z.infer<typeof sessionAnswer>> {
  const [session] = await query(
    ctx.db,
    sessionAnswer,
    sql`UPDATE agent_sessions SET last_activity = greatest(last_activity, ${ctx.now}::timestamptz)
        WHERE agent_id = ${agentId} AND logout_at IS NULL
        RETURNING agent_id AS "agentId", status, after_call AS "afterCall", login_at AS "loginAt",
                  last_activity AS "lastActivity", false AS "becameAvailable"`,
  );
  if (session) return session;
  await mustExist(ctx, agentId);
  throw new Refusal("agent_not_here", `Agent ${agentId} is not logged in; log in with a status first.`);
}

/** The refusal for an agent who does not exist. */
export function agentNotFound(agentId: number): Refusal {
  return new Refusal("not_found", `There is no agent ${agentId}.`);
}

/** Ends the agent's session. Repeating it is harmless: `loggedOut` then is false. Refuses `not_found`. */
export async function logOut(
  ctx: Ctx,
  { agentId }: z.infer<typeof agentIdInput>,
): Promise<z.infer<typeof logOutAnswer>> {
  const ended = await execute(
    ctx.db,
    sql`UPDATE agent_sessions SET logout_at = greatest(${ctx.now}::timestamptz, login_at) WHERE agent_id = ${agentId} AND logout_at IS NULL`,
  );
  if (ended === 0) await mustExist(ctx, agentId);
  return { agentId, loggedOut: ended > 0 };
}

/**
 * The agent has left the desk without deciding on a status: off shift from now on, or from the end of the call under way on. Does
 * nothing without an open session.
 */
export async function goOffShift(ctx: Ctx, agentId: number): Promise<void> {
  await execute(
    ctx.db,
    sql`UPDATE agent_sessions
        SET status = CASE WHEN status = 'on_call' THEN status ELSE 'offline' END,
            after_call = CASE WHEN status = 'on_call' THEN 'offline' END,
            status_since = CASE WHEN status IN ('on_call', 'offline') THEN status_since
                                ELSE greatest(status_since, ${ctx.now}::timestamptz) END
        WHERE agent_id = ${agentId} AND logout_at IS NULL`,
  );
}

async function mustExist({ db }: Ctx, agentId: number): Promise<void> {
  const [known] = await query(db, z.object({ id: z.int() }), sql`SELECT id FROM agents WHERE id = ${agentId}`);
  if (!known) throw agentNotFound(agentId);
}

/**
 * Sets the agent to `on_call` and counts as a heartbeat; a claim of the queue calls the same function. Does nothing without an open
 * session.
 */
export async function beginCall(ctx: Ctx, agentId: number): Promise<void> {
  await query(
    ctx.db,
    z.object({ began: z.boolean() }),
    sql`SELECT begin_call(${agentId}::int, ${ctx.now}::timestamptz) AS began`,
  );
}

/** Ends the agent's call; the database function `end_call` sets the status that follows. */
export async function endCall(ctx: Ctx, agentId: number): Promise<void> {
  await execute(ctx.db, sql`SELECT end_call(${agentId}::int, ${ctx.now}::timestamptz)`);
}

/**
 * Sets whether the agent is active. An inactive agent is logged out, and the next tick gives the entries to others. Refuses
 * `not_found`.
 */
export async function setActive(
  ctx: Ctx,
  { agentId, isActive }: { agentId: number; isActive: boolean },
): Promise<void> {
  const changed = await execute(
    ctx.db,
    sql`UPDATE agents SET is_active = ${isActive},
               inactive_since = CASE WHEN ${isActive} THEN NULL ELSE coalesce(inactive_since, ${ctx.now}::timestamptz) END
        WHERE id = ${agentId}`,
  );
  if (changed === 0) throw agentNotFound(agentId);
  const { actor } = ctx;
  await writeAudit(ctx.db, { actor, action: "agent.changed", subject: `agent ${agentId}`, details: { isActive } });
  if (!isActive) await logOut(ctx, { agentId });
}
