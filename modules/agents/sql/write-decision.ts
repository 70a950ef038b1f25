import { z } from "zod";
import type { Ctx } from "#lib/base/context";
import { query, sql } from "#lib/database/sql";
import { sessionAnswer } from "../schema.ts";

const decided = sessionAnswer.extend({ isActive: z.boolean() });

/**
 * Opens the agent's session when none is open, and sets the status the agent decided on; during a call the decision is kept for
 * after it. Returns the session, and whether the agent is active: nothing is written for one who is not. Undefined: no such agent.
 */
export async function writeDecision(
  ctx: Ctx,
  { agentId, status }: { agentId: number; status: string },
): Promise<z.infer<typeof decided> | undefined> {
  const [row] = await query(
    ctx.db,
    decided,
    sql`
    WITH before AS MATERIALIZED (
      SELECT a.is_active, s.status, EXISTS (SELECT FROM call_sessions WHERE agent_id = a.id AND (ended_at IS NULL OR awaits_outcome)) AS in_call
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
  return row;
}
