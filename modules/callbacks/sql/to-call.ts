import { type Sql, sql } from "#lib/database/sql";

/**
 * A query of the ids of the callbacks that an agent has to call up to the time `until`: those that ask for the agent by name and those in
 * the agent's queue, without those that another agent has accepted.
 */
export function toCall(agentId: number, until: Sql): Sql {
  return sql`SELECT c.id FROM callbacks c
    WHERE c.id = ANY (ARRAY(
      SELECT id FROM callbacks
      WHERE preferred_agent_id = ${agentId} AND status IN ('pending', 'accepted') AND scheduled_for <= ${until}
      UNION ALL
      SELECT unnest(callback_id || named_callback_ids) FROM call_queue
      WHERE assigned_to_agent_id = ${agentId} AND status = 'assigned'))
    AND c.scheduled_for <= ${until} AND (c.status = 'pending' OR (c.status = 'accepted' AND c.accepted_by_agent_id = ${agentId}))`;
}
