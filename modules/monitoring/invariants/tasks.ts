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
    id: "task-events-without-gap",
    sentence:
      "The story of a task is numbered from 1 without a gap, its times never go back, and it ends with the task as it is.",
    statement: sql`SELECT 'task ' || t.task_id AS example FROM cursor_tasks t
      LEFT JOIN (SELECT key, count(*) AS n, max(seq) AS last, bool_or(at < before) AS is_mixed
                 FROM (SELECT *, lag(at) OVER (PARTITION BY key ORDER BY seq) AS before FROM cursor_task_events) e GROUP BY 1) e USING (key)
      LEFT JOIN cursor_task_events last ON last.key = t.key AND last.seq = t.event_seq
      WHERE e.n IS DISTINCT FROM t.event_seq OR e.last IS DISTINCT FROM t.event_seq OR e.is_mixed OR last.state IS DISTINCT FROM t.state`,
  },
  {
    id: "task-becomes-one-callback",
    sentence: "A task that became a callback was told to nobody, and the callback is there.",
    statement: sql`SELECT 'task ' || t.task_id AS example FROM cursor_tasks t LEFT JOIN callbacks c ON c.id = t.callback_id
      WHERE t.callback_id IS NOT NULL AND (t.state NOT IN ('undeliverable', 'expired') OR c.id IS NULL)`,
  },
];
