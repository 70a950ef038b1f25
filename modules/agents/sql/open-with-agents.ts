import { type Sql, sql } from "#lib/database/sql";

/**
 * The open callbacks that are with each agent, as rows of `agent_id` and `id`: promised to or accepted by the agent, or settled by
 * the next call of an entry in the agent's queue. A callback may be with two agents.
 */
export const OPEN_WITH_AGENTS: Sql = sql`
  SELECT preferred_agent_id AS agent_id, id FROM callbacks WHERE status IN ('pending', 'accepted')
  UNION SELECT accepted_by_agent_id, id FROM callbacks WHERE status IN ('pending', 'accepted')
  UNION SELECT q.assigned_to_agent_id, c.id
  FROM call_queue q JOIN callbacks c ON c.id = ANY (array_append(q.named_callback_ids, q.callback_id))
  WHERE q.status = 'assigned' AND c.status IN ('pending', 'accepted')`;
