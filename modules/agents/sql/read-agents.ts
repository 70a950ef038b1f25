import type { z } from "zod";
import type { ReadCtx } from "#lib/base/context";
import { query, sql } from "#lib/database/sql";
import { type listAgentsInput, listAgentsAnswer } from "../schema.ts";
import { AGENT_COLUMNS } from "./agent-columns.ts";
import { OPEN_WITH_AGENTS } from "./open-with-agents.ts";
import { unsentOf } from "../unsent.ts";

/**
 * Reads a page of agents by id, each with the present status and how many callbacks are with the agent, as the list of callbacks
 * of that agent has them.
 */
export async function readAgents(
  ctx: ReadCtx,
  input: z.infer<typeof listAgentsInput>,
): Promise<z.infer<typeof listAgentsAnswer>["agents"]> {
  return query(
    ctx.db,
    listAgentsAnswer.shape.agents.element,
    sql`WITH theirs AS (
          SELECT agent_id, count(*)::int AS held FROM (${OPEN_WITH_AGENTS}) one GROUP BY agent_id)
        SELECT ${AGENT_COLUMNS}, CASE WHEN p.gone_since IS NULL THEN p.status END AS status,
               CASE WHEN p.gone_since IS NULL THEN p.status_since END AS "statusSince",
               p.last_activity AS "lastActivity", p.gone_since AS "goneSince",
               coalesce(t.held, 0) AS "openCallbacks",
               (SELECT count(*)::int FROM callbacks c WHERE c.preferred_agent_id = a.id AND c.status IN ('pending', 'accepted')) AS owns,
               (SELECT count(*)::int FROM call_queue q
                 WHERE q.assigned_to_agent_id = a.id AND q.status = 'assigned' AND q.callback_id IS NOT NULL) AS holds,
               ${unsentOf(sql`a.id`)} AS unsent
        FROM agents a JOIN agent_presence p ON p.agent_id = a.id LEFT JOIN theirs t ON t.agent_id = a.id
        WHERE a.id > ${input.cursor ?? 0} ORDER BY a.id LIMIT ${input.limit}`,
  );
}
