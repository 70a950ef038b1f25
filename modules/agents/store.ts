import type { z } from "zod";
import { readClock } from "#lib/time/clock";
import type { ReadCtx } from "#lib/base/context";
import { query, type Sql, sql } from "#lib/database/sql";
import { type listAgentsInput, listAgentsAnswer } from "./schema.ts";
import { unsentOf } from "./unsent.ts";

/** The columns of an agent as the API shows it; the table must be named `a` in the statement. */
export const AGENT_COLUMNS: Sql = sql`
  a.id, a.first_name AS "firstName", a.last_name AS "lastName", a.email, a.is_active AS "isActive",
  a.is_ai_agent AS "isAiAgent", a.allowed_queues AS "allowedQueues", a.team, a.created_at AS "createdAt"`;

/** A page of agents by id, each with where they are now and how many callbacks are theirs. */
export async function listAgents(
  ctx: ReadCtx,
  input: z.infer<typeof listAgentsInput>,
): Promise<z.infer<typeof listAgentsAnswer>> {
  const agents = await query(
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
  const nextCursor = agents.length === input.limit ? (agents.at(-1)?.id ?? null) : null;
  return { agents, nextCursor, now: (await readClock(ctx.db)).toISOString() };
}
