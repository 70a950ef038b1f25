import { sql } from "#lib/database/sql";
import type { Invariant } from "../module.ts";

/** Invariants of calls and of the entries they came from. */
export const invariants: readonly Invariant[] = [
  {
    id: "claim-has-open-call",
    sentence:
      "An entry in a call and the call on it belong to each other, with the same fence, until its outcome is recorded.",
    statement: sql`SELECT 'entry ' || q.id AS example FROM call_queue q LEFT JOIN call_sessions s ON s.id = q.call_session_id
      WHERE q.status = 'assigned' AND q.call_session_id IS NOT NULL
        AND ((s.ended_at IS NOT NULL AND NOT s.awaits_outcome) OR s.queue_entry_id IS DISTINCT FROM q.id OR s.fence IS DISTINCT FROM q.fence
             OR s.agent_id IS DISTINCT FROM q.assigned_to_agent_id)
      UNION ALL
      SELECT 'call ' || s.id FROM call_sessions s JOIN call_queue q ON q.id = s.queue_entry_id
      WHERE s.ended_at IS NULL AND (q.status <> 'assigned' OR q.call_session_id IS DISTINCT FROM s.id)`,
  },
  {
    id: "call-within-its-hours",
    sentence: "A call was handed out within the hours of its entry.",
    statement: sql`SELECT 'entry ' || q.id AS example FROM call_queue q JOIN call_sessions s ON s.id = q.call_session_id
      WHERE s.started_at < q.available_from OR s.started_at >= q.available_until`,
  },
  {
    id: "one-open-call-per-user",
    sentence: "A user is in at most one call at a time.",
    statement: sql`SELECT 'user ' || user_id AS example FROM call_sessions WHERE ended_at IS NULL GROUP BY user_id HAVING count(*) > 1`,
  },
  {
    id: "one-open-call-per-number",
    sentence: "A number is in at most one call at a time.",
    statement: sql`SELECT 'number of call ' || min(id) AS example FROM call_sessions
      WHERE ended_at IS NULL AND number IS NOT NULL GROUP BY number HAVING count(*) > 1`,
  },
  {
    id: "one-open-call-per-agent",
    sentence: "An agent is in at most one call at a time.",
    statement: sql`SELECT 'agent ' || agent_id AS example FROM call_sessions
      WHERE ended_at IS NULL AND agent_id IS NOT NULL GROUP BY agent_id HAVING count(*) > 1`,
  },
];
