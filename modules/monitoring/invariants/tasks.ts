import { sql } from "#lib/sql";
import type { Invariant } from "./index.ts";

/** What must be true of tasks that outside agents work on. */
export const TASK_INVARIANTS: readonly Invariant[] = [
  {
    id: "task-state-is-its-document",
    sentence: "A task is pending or expired exactly while its document has no end.",
    statement: sql`SELECT 'task ' || task_id AS example FROM cursor_tasks
      WHERE (state IN ('pending', 'expired')) <> (value ->> 'pending')::boolean`,
  },
  {
    id: "task-story-is-its-state",
    sentence:
      "The story of a task begins with its registration, its times never go back, and it ends with the task as it is.",
    statement: sql`SELECT 'task ' || task_id AS example FROM cursor_tasks
      WHERE story -> 0 ->> 'what' IS DISTINCT FROM 'registered' OR story -> -1 ->> 'state' IS DISTINCT FROM state
         OR EXISTS (SELECT FROM (SELECT one ->> 'at' AS at, lag(one ->> 'at') OVER (ORDER BY place) AS before
                                 FROM jsonb_array_elements(story) WITH ORDINALITY AS s (one, place)) t WHERE at < before)`,
  },
  {
    id: "task-becomes-one-callback",
    sentence: "A task that became a callback was told to nobody, and the callback is there.",
    statement: sql`SELECT 'task ' || t.task_id AS example FROM cursor_tasks t LEFT JOIN callbacks c ON c.id = t.callback_id
      WHERE t.callback_id IS NOT NULL AND (t.state NOT IN ('undeliverable', 'expired') OR c.id IS NULL)`,
  },
];
