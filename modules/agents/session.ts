import { z } from "zod";
import { writeAudit } from "#lib/identity/audit";
import type { Ctx } from "#lib/base/context";
import { Refusal } from "#lib/base/errors";
import { execute, query, sql } from "#lib/database/sql";
import { type agentIdInput, type logOutAnswer, sessionAnswer, type sessionInput } from "./schema.ts";

const reported = sessionAnswer.extend({ isActive: z.boolean() });
/** The call is open, or the telephone has ended it and its outcome is to be written. */
const IS_AT_THE_DESK = sql`(ended_at IS NULL OR awaits_outcome)`;

/**
 * Logs the agent in when no session is open, and sets the status the agent decided on. While a call is under way the
 * status stays `on_call`, and the decision holds from the end of the call on. Of two logins at once one session
 * results: the unique index decides. Refuses `not_found`, and `agent_not_here` for an inactive agent.
 */
export async function decideStatus(ctx: Ctx, { agentId, status }: Decision): Promise<z.infer<typeof sessionAnswer>> {
  const [row] = await query(
    ctx.db,
    reported,
    sql`
    WITH before AS MATERIALIZED (
      SELECT a.is_active, s.status, EXISTS (SELECT FROM call_sessions WHERE agent_id = a.id AND ${IS_AT_THE_DESK}) AS in_call
      FROM agents a LEFT JOIN agent_sessions s ON s.agent_id = a.id AND s.logout_at IS NULL
      WHERE a.id = ${agentId}
    ), decided AS (
      INSERT INTO agent_sessions AS s (agent_id, status, after_call, status_since, last_activity, login_at)
      SELECT ${agentId}, CASE WHEN in_call THEN 'on_call' ELSE ${status} END, CASE WHEN in_call THEN ${status} END,
             ${ctx.now}::timestamptz, ${ctx.now}::timestamptz, ${ctx.now}::timestamptz
      FROM before WHERE is_active
      -- A call that began or ended since the look above has changed the row itself, so its status is the truth.
      ON CONFLICT (agent_id) WHERE logout_at IS NULL DO UPDATE
      SET status = CASE WHEN s.status = 'on_call' THEN s.status ELSE ${status} END,
          after_call = CASE WHEN s.status = 'on_call' THEN ${status} END,
          status_since = CASE WHEN s.status IN ('on_call', ${status}) THEN s.status_since
                              ELSE greatest(s.status_since, excluded.status_since) END,
          last_activity = greatest(s.last_activity, excluded.last_activity)
      RETURNING s.*
    )
    SELECT ${agentId}::int AS "agentId", before.is_active AS "isActive", coalesce(decided.status, 'offline') AS status,
           decided.after_call AS "afterCall", coalesce(decided.login_at, ${ctx.now}::timestamptz) AS "loginAt",
           coalesce(decided.last_activity, ${ctx.now}::timestamptz) AS "lastActivity",
           coalesce(decided.status = 'available' AND before.status IS DISTINCT FROM 'available', false) AS "becameAvailable"
    FROM before LEFT JOIN decided ON true`,
  );
  if (!row) throw agentNotFound(agentId);
  const { isActive, ...session } = row;
  if (!isActive)
    throw new Refusal("agent_not_here", `Agent ${agentId} is not active any more; activate the agent first.`);
  return session;
}

type Decision = { agentId: number; status: NonNullable<z.infer<typeof sessionInput>["status"]> };

/**
 * The page of the agent is still open: a sign of life, which changes no status. Refuses `not_found`, and
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
  const [known] = await query(ctx.db, z.object({ id: z.int() }), sql`SELECT id FROM agents WHERE id = ${agentId}`);
  if (!known) throw agentNotFound(agentId);
  throw new Refusal("agent_not_here", `Agent ${agentId} is not logged in; log in with a status first.`);
}

/** What is answered about an agent who does not exist. */
export function agentNotFound(agentId: number): Refusal {
  return new Refusal("not_found", `There is no agent ${agentId}.`);
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
  if (!row) throw agentNotFound(agentId);
  return { agentId, ...row };
}

/** The agent is now in a call, and alive; the claim of the queue calls the same function. Nothing without an open session. */
export async function beginCall(ctx: Ctx, agentId: number): Promise<void> {
  await query(
    ctx.db,
    z.object({ began: z.boolean() }),
    sql`SELECT begin_call(${agentId}::int, ${ctx.now}::timestamptz) AS began`,
  );
}

/** The agent's call is over: the database function `end_call` says what holds then. */
export async function endCall(ctx: Ctx, agentId: number): Promise<void> {
  await execute(ctx.db, sql`SELECT end_call(${agentId}::int, ${ctx.now}::timestamptz)`);
}

/**
 * Takes agents off calls that are over without an outcome, such as one that was given back while they were away. An
 * agent who takes a call at this moment has a newer version of the row by then, and is left alone.
 */
export async function leaveEndedCalls(ctx: Ctx): Promise<void> {
  await execute(
    ctx.db,
    sql`WITH stale AS MATERIALIZED (
          SELECT s.id, s.xmin::text AS version FROM agent_sessions s
          WHERE s.status = 'on_call' AND s.logout_at IS NULL
            AND NOT EXISTS (SELECT FROM call_sessions c WHERE c.agent_id = s.agent_id AND ${IS_AT_THE_DESK})
        )
        UPDATE agent_sessions s SET status = coalesce(s.after_call, 'available'), after_call = NULL,
               status_since = greatest(s.status_since, ${ctx.now}::timestamptz)
        FROM stale WHERE s.id = stale.id AND s.xmin::text = stale.version`,
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
  if (changed === 0) throw agentNotFound(agentId);
  const { actor } = ctx;
  await writeAudit(ctx.db, { actor, action: "agent.changed", subject: `agent ${agentId}`, details: { isActive } });
  if (!isActive) await logOut(ctx, { agentId });
}
