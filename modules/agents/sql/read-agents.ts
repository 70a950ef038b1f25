import type { z } from "zod";
import type { ReadCtx } from "#lib/base/context";
import { query, sql } from "#lib/database/sql";
import { type listAgentsInput, listAgentsAnswer } from "../schema.ts";
import { AGENT_COLUMNS } from "./agent-columns.ts";
import { unsentOf } from "../unsent.ts";

/**
 * Reads a page of agents by id, each with the present status, how many callbacks prefer the agent and how many the agent holds.
 */
export async function readAgents(
  ctx: ReadCtx,
  input: z.infer<typeof listAgentsInput>,
): Promise<z.infer<typeof listAgentsAnswer>["agents"]> {
  return query(
    ctx.db,
    listAgentsAnswer.shape.agents.element,
    sql`SELECT ${AGENT_COLUMNS}, CASE WHEN p.gone_since IS NULL THEN p.status END AS status,
               CASE WHEN p.gone_since IS NULL THEN p.status_since END AS "statusSince",
               p.last_activity AS "lastActivity", p.gone_since AS "goneSince",
               (SELECT count(*)::int FROM callbacks c WHERE c.preferred_agent_id = a.id AND c.status IN ('pending', 'accepted')) AS owns,
               (SELECT count(*)::int FROM call_queue q
                 WHERE q.assigned_to_agent_id = a.id AND q.status = 'assigned' AND q.callback_id IS NOT NULL) AS holds,
               ${unsentOf(sql`a.id`)} AS unsent
        FROM agents a JOIN agent_presence p ON p.agent_id = a.id
        WHERE a.id > ${input.cursor ?? 0} ORDER BY a.id LIMIT ${input.limit}`,
  );
}
