-- PostgreSQL alone decides what a task is. A Redis may hold a copy of its document, and the row says when the sweep looks
-- at that copy next: at once after a change, within the hour when it was found right, and when the time of the task ends.
ALTER TABLE cursor_tasks
  ADD COLUMN copy_due_at timestamptz(3),
  -- False once the words of the task were erased: no copy may lie anywhere.
  ADD COLUMN may_be_copied boolean NOT NULL DEFAULT true;

-- A copy of each task that is still running its time may have been written before this migration.
UPDATE cursor_tasks SET copy_due_at = ringback_now(), may_be_copied = value ->> 'contentHash' IS DISTINCT FROM 'Erased'
WHERE expires_at > ringback_now();

CREATE INDEX cursor_tasks_copy_due ON cursor_tasks (copy_due_at) WHERE copy_due_at IS NOT NULL;
