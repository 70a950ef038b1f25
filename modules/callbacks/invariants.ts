import { sql } from "#lib/database/sql";
import type { Invariant } from "../module.ts";
import { isAbout } from "./fate.ts";
import { ACCEPTED_SCORE, LEAD_MINUTES } from "./rules.ts";

/** Invariants of callbacks, their entries, their events and the ledger. Live: `pending` or `assigned`. */
export const invariants: readonly Invariant[] = [
  {
    id: "attempts-within-max",
    sentence: "A callback was tried at most as often as its maximum.",
    statement: sql`SELECT 'callback ' || id AS example FROM callbacks WHERE attempts < 0 OR attempts > max_attempts`,
  },
  {
    id: "attempts-only-by-outcome",
    sentence: "Only an outcome, or taking it back, changes the attempts of a callback.",
    statement: sql`SELECT 'callback ' || callback_id || ' event ' || seq AS example FROM callback_events
      WHERE seq > 1 AND changes ? 'attempts' AND type NOT IN ('completed', 'failed', 'retried', 'outcome_undone')`,
  },
  {
    id: "snoozes-match-times",
    sentence: "A callback has one time for each of its snoozes.",
    statement: sql`SELECT 'callback ' || id AS example FROM callbacks WHERE snoozes <> coalesce(cardinality(snoozed_at), 0)`,
  },
  {
    id: "no-snooze-goes-back",
    sentence: "No snooze makes a callback earlier than it was.",
    statement: sql`SELECT 'callback ' || callback_id || ' event ' || seq AS example
      FROM (SELECT callback_id, seq, type, time, lag(time) OVER (PARTITION BY callback_id ORDER BY seq) AS before
            FROM (SELECT callback_id, seq, type, (changes ->> 'scheduled_for')::timestamptz AS time FROM callback_events
                  WHERE changes ? 'scheduled_for') moved) e
      WHERE type = 'snoozed' AND time < before`,
  },
  {
    id: "one-accepted-per-user",
    sentence: "Of one user at most one callback is accepted.",
    statement: sql`SELECT 'user ' || user_id AS example FROM callbacks WHERE status = 'accepted' GROUP BY user_id HAVING count(*) > 1`,
  },
  {
    id: "terminal-says-when",
    sentence: "A callback that is accepted, completed, cancelled or failed says since when, and by whom or what.",
    statement: sql`SELECT 'callback ' || id AS example FROM callbacks
      WHERE (status = 'accepted' AND (accepted_at IS NULL OR accepted_by_agent_id IS NULL))
         OR (status = 'completed' AND (completed_at IS NULL OR completed_call_session_id IS NULL))
         OR (status = 'cancelled' AND (cancelled_at IS NULL OR cancelled_by IS NULL OR cancel_reason IS NULL))
         OR (status = 'failed' AND failed_at IS NULL)`,
  },
  {
    id: "completed-by-its-call",
    sentence:
      "A completed callback was completed by a call with that user; a call completes its own callback, and those that it covered.",
    statement: sql`SELECT 'callback ' || c.id AS example FROM callbacks c LEFT JOIN call_sessions s ON s.id = c.completed_call_session_id
      WHERE c.status = 'completed' AND (s.id IS NULL OR s.user_id <> c.user_id OR s.outcome_at IS NULL)
      UNION ALL
      SELECT 'call ' || completed_call_session_id FROM callbacks
      WHERE completed_call_session_id IS NOT NULL AND NOT (event_type = 'completed' AND event_data ? 'coveredBy') AND event_type <> 'erased'
      GROUP BY completed_call_session_id HAVING count(*) > 1`,
  },
  {
    id: "events-without-gap",
    sentence: "The events of a callback are numbered from 1 without a gap, up to the callback's own number.",
    statement: sql`SELECT 'callback ' || c.id AS example
      FROM callbacks c LEFT JOIN (SELECT callback_id, count(*) AS n, min(seq) AS first, max(seq) AS last FROM callback_events GROUP BY 1) e
        ON e.callback_id = c.id
      WHERE e.first IS DISTINCT FROM 1 OR e.last IS DISTINCT FROM c.event_seq OR e.n IS DISTINCT FROM c.event_seq`,
  },
  {
    id: "event-times-never-go-back",
    sentence: "The times of a callback's events never go back, and each event starts in the state the one before left.",
    statement: sql`SELECT 'callback ' || callback_id || ' event ' || seq AS example
      FROM (SELECT *, lag(at) OVER w AS before, lag(to_status) OVER w AS left_in FROM callback_events WINDOW w AS (PARTITION BY callback_id ORDER BY seq)) e
      WHERE at < before OR (seq > 1 AND from_status IS DISTINCT FROM left_in)`,
  },
  {
    id: "events-replay",
    sentence: "Replaying the events of a callback gives exactly the callback as it is.",
    statement: sql`WITH RECURSIVE replay AS (
        SELECT callback_id, seq, changes AS state FROM callback_events WHERE seq = 1
        UNION ALL
        SELECT e.callback_id, e.seq, r.state || e.changes FROM replay r JOIN callback_events e ON e.callback_id = r.callback_id AND e.seq = r.seq + 1
      )
      SELECT 'callback ' || c.id AS example FROM callbacks c
      LEFT JOIN replay r ON r.callback_id = c.id AND r.seq = c.event_seq
      WHERE r.state IS DISTINCT FROM callback_state(c)`,
  },
  {
    id: "ledger-closes",
    sentence: "The ledger of every tick closes: due = queued + already queued + deferred + refused + quarantined.",
    statement: sql`SELECT 'tick ' || t.id || ' by ' || tick_difference(t) AS example FROM tick_runs t WHERE tick_difference(t) <> 0`,
  },
  {
    id: "live-entry-of-open-callback",
    sentence: "A live entry for a callback belongs to an open callback of the same user.",
    statement: sql`SELECT 'entry ' || q.id AS example FROM live_entries q LEFT JOIN callbacks c ON c.id = q.callback_id
      WHERE q.callback_id IS NOT NULL
        AND (c.id IS NULL OR c.status NOT IN ('pending', 'accepted') OR c.user_id <> q.user_id)`,
  },
  {
    id: "accepted-has-its-entry",
    sentence: `An accepted callback has exactly one live entry, at ${ACCEPTED_SCORE}, held by the agent who accepted it.`,
    statement: sql`SELECT 'callback ' || c.id AS example FROM callbacks c
      WHERE c.status = 'accepted' AND (SELECT count(*) FROM call_queue q
        WHERE q.callback_id = c.id AND q.status = 'assigned' AND q.priority_score = ${ACCEPTED_SCORE}::int
          AND q.assigned_to_agent_id = c.accepted_by_agent_id) <> 1`,
  },
  {
    id: "due-is-covered",
    sentence:
      "After a tick every callback that was due has a live entry, is named by one of its user, or is in the tick's report.",
    statement: sql`WITH last AS MATERIALIZED (SELECT * FROM tick_runs ORDER BY id DESC LIMIT 1)
      SELECT 'callback ' || c.id AS example FROM callbacks c CROSS JOIN last
      WHERE c.status IN ('pending', 'accepted') AND c.event_at < last.started_at AND c.created_at < last.started_at
        AND (c.scheduled_for < last.started_at OR (c.status = 'pending' AND c.scheduled_for <= last.started_at + make_interval(mins => ${LEAD_MINUTES}::int)))
        AND NOT EXISTS (SELECT FROM live_entries q WHERE ${isAbout(sql`q`)})
        AND NOT EXISTS (SELECT FROM call_queue q WHERE q.user_id = c.user_id AND q.closed_at >= last.started_at)
        AND NOT last.failures @> jsonb_build_array(jsonb_build_object('callbackId', c.id))
        AND NOT last.deferred ? 'tick_full'`,
  },
  {
    id: "do-not-call-ends-promises",
    sentence: "A number that asked not to be called has no open promise, but one that is in a call at this moment.",
    statement: sql`SELECT 'callback ' || c.id AS example FROM callbacks c JOIN called_numbers n ON n.callback_id = c.id
      WHERE c.status IN ('pending', 'accepted') AND n.do_not_call AND n.number IS NOT NULL
        AND NOT EXISTS (SELECT FROM call_queue q WHERE q.callback_id = c.id AND q.status = 'assigned' AND q.call_session_id IS NOT NULL)`,
  },
];
