import type { z } from "zod";
import type { Ctx } from "#lib/base/context";
import { Refusal } from "#lib/base/errors";
import { query, sql } from "#lib/database/sql";
import { deskAnswer } from "../schema.ts";

/** The agent's name, present status, and status after the call. Refuses `not_found`. */
export async function readAgent(ctx: Ctx, agentId: number): Promise<z.infer<typeof deskAnswer>["agent"]> {
  const [agent] = await query(
    ctx.db,
    deskAnswer.shape.agent,
    sql`SELECT agent_id AS id, name, CASE WHEN gone_since IS NULL THEN status END AS status,
               CASE WHEN gone_since IS NULL THEN status_since END AS "statusSince",
               (SELECT after_call FROM agent_sessions s WHERE s.agent_id = p.agent_id AND s.logout_at IS NULL) AS "afterCall"
        FROM agent_presence p WHERE agent_id = ${agentId}`,
  );
  if (!agent) throw new Refusal("not_found", `There is no agent ${agentId}.`);
  return agent;
}
