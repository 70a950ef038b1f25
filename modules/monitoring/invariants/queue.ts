import { sql } from "#lib/database/sql";
import type { Invariant } from "./index.ts";

/** Live: `pending` or `assigned`. */
export const QUEUE_INVARIANTS: readonly Invariant[] = [
  {
    id: "one-live-entry-per-callback",
    sentence: "A callback has at most one live queue entry.",
    statement: sql`SELECT 'callback ' || callback_id AS example FROM call_queue
      WHERE status IN ('pending', 'assigned') AND callback_id IS NOT NULL GROUP BY callback_id HAVING count(*) > 1`,
  },
  {
    id: "one-live-entry-per-user",
    sentence: "A user has at most one live queue entry.",
    statement: sql`SELECT 'user ' || user_id AS example FROM call_queue
      WHERE status IN ('pending', 'assigned') GROUP BY user_id HAVING count(*) > 1`,
  },
  {
    id: "live-entry-of-open-callback",
    sentence: "A live entry for a callback belongs to an open callback of the same user.",
    statement: sql`SELECT 'entry ' || q.id AS example FROM call_queue q LEFT JOIN callbacks c ON c.id = q.callback_id
      WHERE q.status IN ('pending', 'assigned') AND q.callback_id IS NOT NULL
        AND (c.id IS NULL OR c.status NOT IN ('pending', 'accepted') OR c.user_id <> q.user_id)`,
  },
  {
    id: "accepted-has-its-entry",
    sentence: "An accepted callback has exactly one live entry, at -2000, held by the agent who accepted it.",
    statement: sql`SELECT 'callback ' || c.id AS example FROM callbacks c
      WHERE c.status = 'accepted' AND (SELECT count(*) FROM call_queue q
        WHERE q.callback_id = c.id AND q.status = 'assigned' AND q.priority_score = -2000
          AND q.assigned_to_agent_id = c.accepted_by_agent_id) <> 1`,
  },
  {
    id: "due-is-covered",
    sentence:
      "After a tick every callback that was due has a live entry, is named by one of its user, or is in the tick's report.",
    statement: sql`WITH last AS MATERIALIZED (SELECT * FROM tick_runs ORDER BY id DESC LIMIT 1)
      SELECT 'callback ' || c.id AS example FROM callbacks c CROSS JOIN last
      WHERE c.status IN ('pending', 'accepted') AND c.event_at < last.started_at AND c.created_at < last.started_at
        AND (c.scheduled_for < last.started_at OR (c.status = 'pending' AND c.scheduled_for <= last.started_at + interval '6 minutes'))
        AND NOT EXISTS (SELECT FROM call_queue q WHERE q.user_id = c.user_id AND q.status IN ('pending', 'assigned')
                          AND (q.callback_id = c.id OR c.id = ANY (q.named_callback_ids)))
        AND NOT EXISTS (SELECT FROM call_queue q WHERE q.user_id = c.user_id AND q.closed_at >= last.started_at)
        AND NOT last.failures @> jsonb_build_array(jsonb_build_object('callbackId', c.id))
        AND NOT last.deferred ? 'tick_full'`,
  },
  {
    id: "closed-entry-says-why",
    sentence: "An entry that is not live says when and why it was closed.",
    statement: sql`SELECT 'entry ' || id AS example FROM call_queue
      WHERE (status IN ('completed', 'removed')) <> (closed_at IS NOT NULL AND closed_reason IS NOT NULL)`,
  },
  {
    id: "assigned-entry-has-agent",
    sentence: "An assigned entry has an agent and a pending one has none.",
    statement: sql`SELECT 'entry ' || id AS example FROM call_queue
      WHERE (status = 'assigned' AND assigned_to_agent_id IS NULL) OR (status = 'pending' AND assigned_to_agent_id IS NOT NULL)`,
  },
  {
    id: "claim-has-open-call",
    sentence: "An entry in a call and the open call on it belong to each other, with the same fence.",
    statement: sql`SELECT 'entry ' || q.id AS example FROM call_queue q LEFT JOIN call_sessions s ON s.id = q.call_session_id
      WHERE q.status = 'assigned' AND q.call_session_id IS NOT NULL
        AND (s.ended_at IS NOT NULL OR s.queue_entry_id IS DISTINCT FROM q.id OR s.fence IS DISTINCT FROM q.fence
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
    id: "users-marked-as-their-number",
    sentence: "Whether a user asked not to be called, and whether the number is wrong, is what is known of the number.",
    statement: sql`SELECT 'user ' || u.id AS example FROM users u JOIN phone_numbers p ON p.number = u.number
      WHERE u.do_not_call <> (p.do_not_call_at IS NOT NULL) OR u.wrong_number <> (p.wrong_at IS NOT NULL)`,
  },
  {
    id: "do-not-call-ends-promises",
    sentence: "A number that asked not to be called has no open promise, but one that is in a call at this moment.",
    statement: sql`SELECT 'callback ' || c.id AS example FROM callbacks c JOIN called_numbers n ON n.callback_id = c.id
      WHERE c.status IN ('pending', 'accepted') AND n.do_not_call AND n.number IS NOT NULL
        AND NOT EXISTS (SELECT FROM call_queue q WHERE q.callback_id = c.id AND q.status = 'assigned' AND q.call_session_id IS NOT NULL)`,
  },
  {
    id: "one-open-call-per-agent",
    sentence: "An agent is in at most one call at a time.",
    statement: sql`SELECT 'agent ' || agent_id AS example FROM call_sessions
      WHERE ended_at IS NULL AND agent_id IS NOT NULL GROUP BY agent_id HAVING count(*) > 1`,
  },
  {
    id: "on-call-is-in-a-call",
    sentence: "A logged-in agent is on call exactly while a call of theirs is open or waits for its outcome.",
    statement: sql`SELECT 'agent ' || s.agent_id AS example FROM agent_sessions s
      WHERE s.logout_at IS NULL AND (s.status = 'on_call') <> EXISTS (
        SELECT FROM call_sessions c WHERE c.agent_id = s.agent_id AND (c.ended_at IS NULL OR c.awaits_outcome))`,
  },
  {
    id: "one-open-session-per-agent",
    sentence: "An agent has at most one open session.",
    statement: sql`SELECT 'agent ' || agent_id AS example FROM agent_sessions WHERE logout_at IS NULL GROUP BY agent_id HAVING count(*) > 1`,
  },
];
