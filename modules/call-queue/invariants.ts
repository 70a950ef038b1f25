import { sql } from "#lib/database/sql";
import type { Invariant } from "../module.ts";

/** Invariants of the queue and of its users. Live: `pending` or `assigned`. */
export const invariants: readonly Invariant[] = [
  {
    id: "one-live-entry-per-callback",
    sentence: "A callback has at most one live queue entry.",
    statement: sql`SELECT 'callback ' || callback_id AS example FROM live_entries
      WHERE callback_id IS NOT NULL GROUP BY callback_id HAVING count(*) > 1`,
  },
  {
    id: "one-live-entry-per-user",
    sentence: "A user has at most one live queue entry.",
    statement: sql`SELECT 'user ' || user_id AS example FROM live_entries
      GROUP BY user_id HAVING count(*) > 1`,
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
    id: "users-marked-as-their-number",
    sentence: "Whether a user asked not to be called, and whether the number is wrong, is what is known of the number.",
    statement: sql`SELECT 'user ' || u.id AS example FROM users u JOIN phone_numbers p ON p.number = u.number
      WHERE u.do_not_call <> (p.do_not_call_at IS NOT NULL) OR u.wrong_number <> (p.wrong_at IS NOT NULL)`,
  },
];
