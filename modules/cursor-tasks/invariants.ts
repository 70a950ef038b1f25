import { sql } from "#lib/database/sql";
import type { Invariant } from "../module.ts";

/** Invariants of tasks. */
export const invariants: readonly Invariant[] = [
  {
    id: "task-finished-once",
    sentence: "A task ended at most once, and its state says whether it has ended.",
    statement: sql`SELECT 'task ' || task_id AS example FROM cursor_tasks t
      WHERE (state NOT IN ('pending', 'expired'))::int
        <> (SELECT count(*) FROM task_events e WHERE e.task_id = t.task_id AND type IN ('completed', 'failed'))`,
  },
  {
    id: "task-story-is-its-state",
    sentence:
      "The story of a task begins with its registration, has no gap, its times never go back, each event starts in the state the one before left, and it ends with the task as it is.",
    statement: sql`SELECT 'task ' || task_id AS example FROM cursor_tasks
      WHERE NOT EXISTS (SELECT FROM task_events e WHERE e.task_id = cursor_tasks.task_id AND seq = event_seq AND to_state = state AND at = event_at)
      UNION ALL
      SELECT 'task ' || task_id || ' event ' || seq FROM (
        SELECT *, row_number() OVER w AS place, lag(at) OVER w AS before, lag(to_state) OVER w AS left_in
        FROM task_events WINDOW w AS (PARTITION BY task_id ORDER BY seq)) e
      WHERE seq <> place OR at < before OR from_state IS DISTINCT FROM left_in OR (type = 'registered') <> (seq = 1)`,
  },
  {
    id: "task-becomes-one-callback",
    sentence: "A task that became a callback was delivered to nobody, and the callback is there.",
    statement: sql`SELECT 'task ' || t.task_id AS example FROM cursor_tasks t LEFT JOIN callbacks c ON c.id = t.callback_id
      WHERE t.callback_id IS NOT NULL AND (t.state NOT IN ('undeliverable', 'expired') OR c.id IS NULL)`,
  },
];
