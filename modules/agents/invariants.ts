import { sql } from "#lib/database/sql";
import type { Invariant } from "../module.ts";

/** Invariants of agents and their sessions. */
export const invariants: readonly Invariant[] = [
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
