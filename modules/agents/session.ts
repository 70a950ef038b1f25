import { z } from "zod";
import { writeAudit } from "#lib/audit";
import type { Ctx } from "#lib/context";
import { Refusal } from "#lib/errors";
import { execute, query, sql } from "#lib/sql";
import { type agentIdInput, type logOutAnswer, sessionAnswer, type sessionInput } from "./schema.ts";

const reported = sessionAnswer.extend({ isActive: z.boolean() });

/**
 * Logs the agent in when no session is open, sets the status, and counts as a sign of life. Of two logins at once
 * one session results: the unique index decides. Refuses `not_found`, and `agent_not_here` for an inactive agent.
 */
export async function reportSession(
  ctx: Ctx,
  { agentId, status }: z.infer<typeof sessionInput>,
): Promise<z.infer<typeof sessionAnswer>> {
  const [row] = await query(
    ctx.db,
    reported,
    sql`
    WITH before AS MATERIALIZED (
      SELECT a.is_active, s.status FROM agents a LEFT JOIN agent_sessions s ON s.agent_id = a.id AND s.logout_at IS NULL
      WHERE a.id = ${agentId}
    ), told AS (
      INSERT INTO agent_sessions AS s (agent_id, status, status_since, last_activity, login_at)
      SELECT ${agentId}, ${status}, ${ctx.now}::timestamptz, ${ctx.now}::timestamptz, ${ctx.now}::timestamptz FROM before WHERE is_active
      ON CONFLICT (agent_id) WHERE logout_at IS NULL DO UPDATE
      SET status = excluded.status, last_activity = greatest(s.last_activity, excluded.last_activity),
          status_since = CASE WHEN s.status = excluded.status THEN s.status_since ELSE greatest(s.status_since, excluded.status_since) END
      RETURNING s.*
    )
    SELECT ${agentId}::int AS "agentId", before.is_active AS "isActive", ${status} AS status,
           coalesce(told.login_at, ${ctx.now}::timestamptz) AS "loginAt", coalesce(told.last_activity, ${ctx.now}::timestamptz) AS "lastActivity",
           ${status} = 'available' AND before.status IS DISTINCT FROM 'available' AS "becameAvailable"
    FROM before LEFT JOIN told ON true`,
  );
  if (!row) throw new Refusal("not_found", `There is no agent ${agentId}.`);
  const { isActive, ...session } = row;
  if (!isActive)
    throw new Refusal("agent_not_here", `Agent ${agentId} is not active any more; activate the agent first.`);
  return session;
}

/** Ends the agent's session. Repeating it is harmless: `loggedOut` then is false. Refuses `not_found`. */
export async function logOut(
  ctx: Ctx,
  { agentId }: z.infer<typeof agentIdInput>,
): Promise<z.infer<typeof logOutAnswer>> {
  const [row] = await query(
    ctx.db,
    z.object({ loggedOut: z.boolean() }),
    sql`WITH ended AS (
          UPDATE agent_sessions SET logout_at = greatest(${ctx.now}::timestamptz, login_at) WHERE agent_id = ${agentId} AND logout_at IS NULL RETURNING id
        )
        SELECT EXISTS (SELECT FROM ended) AS "loggedOut" FROM agents WHERE id = ${agentId}`,
  );
  if (!row) throw new Refusal("not_found", `There is no agent ${agentId}.`);
  return { agentId, ...row };
}

/** The agent is now in a call, and alive. False without an open session. */
export async function beginCall(ctx: Ctx, agentId: number): Promise<boolean> {
  const changed = await execute(
    ctx.db,
    sql`UPDATE agent_sessions SET status = 'on_call', last_activity = greatest(last_activity, ${ctx.now}::timestamptz),
               status_since = CASE WHEN status = 'on_call' THEN status_since ELSE greatest(status_since, ${ctx.now}::timestamptz) END
        WHERE agent_id = ${agentId} AND logout_at IS NULL`,
  );
  return changed === 1;
}

/** The agent's call has its outcome: available again, unless they chose another status meanwhile. */
export async function endCall(ctx: Ctx, agentId: number): Promise<void> {
  await execute(
    ctx.db,
    sql`UPDATE agent_sessions SET last_activity = greatest(last_activity, ${ctx.now}::timestamptz),
               status_since = CASE WHEN status = 'on_call' THEN greatest(status_since, ${ctx.now}::timestamptz) ELSE status_since END,
               status = CASE WHEN status = 'on_call' THEN 'available' ELSE status END
        WHERE agent_id = ${agentId} AND logout_at IS NULL`,
  );
}

/** The agent did something: a sign of life. */
export async function noteActivity(ctx: Ctx, { agentId }: { agentId: number }): Promise<void> {
  await execute(
    ctx.db,
    sql`UPDATE agent_sessions SET last_activity = greatest(last_activity, ${ctx.now}::timestamptz) WHERE agent_id = ${agentId} AND logout_at IS NULL`,
  );
}

/** Whether the agent works here. One who does not is logged out, and their entries go to others. Refuses `not_found`. */
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
  if (changed === 0) throw new Refusal("not_found", `There is no agent ${agentId}.`);
  const { actor } = ctx;
  await writeAudit(ctx.db, { actor, action: "agent.changed", subject: `agent ${agentId}`, details: { isActive } });
  if (!isActive) await logOut(ctx, { agentId });
}
