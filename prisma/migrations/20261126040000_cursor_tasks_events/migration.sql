-- What happens to a task is written as rows, as with callbacks: who did it, when, from which state to which, and why.
-- The statement that changes a task says its new state; triggers record it and check it, and decide nothing.
DROP TRIGGER cursor_tasks_keep_in_step ON cursor_tasks;

ALTER TABLE cursor_tasks RENAME COLUMN untold_since TO undelivered_since;
ALTER TABLE cursor_tasks RENAME COLUMN happened_at TO event_at;
ALTER TABLE cursor_tasks RENAME COLUMN what TO event_type;
ALTER TABLE cursor_tasks RENAME COLUMN why TO event_why;
ALTER INDEX cursor_tasks_untold RENAME TO cursor_tasks_undelivered;
ALTER TABLE cursor_tasks
  ADD COLUMN event_seq integer NOT NULL DEFAULT 0,
  -- Null for events that happened before this column was there.
  ADD COLUMN event_actor text,
  -- What who changes the document says of the change; the trigger puts it into the columns, so it is null in every row.
  ADD COLUMN note jsonb;

CREATE TABLE task_events (
  task_key text NOT NULL REFERENCES cursor_tasks (key) ON DELETE CASCADE,
  seq integer NOT NULL,
  at timestamptz(3) NOT NULL,
  type text NOT NULL,
  actor text,
  from_state text,
  to_state text NOT NULL,
  why text NOT NULL,
  PRIMARY KEY (task_key, seq)
);

-- The stories of before become rows.
INSERT INTO task_events (task_key, seq, at, type, from_state, to_state, why)
SELECT t.key, s.seq, (s.event ->> 'at')::timestamptz,
       CASE s.event ->> 'what' WHEN 'told' THEN 'delivering' WHEN 'not_told' THEN 'delivery_failed' ELSE s.event ->> 'what' END,
       lag(s.event ->> 'state') OVER (PARTITION BY t.key ORDER BY s.seq), s.event ->> 'state', s.event ->> 'why'
FROM cursor_tasks t, jsonb_array_elements(t.story) WITH ORDINALITY AS s (event, seq);
UPDATE cursor_tasks SET event_seq = jsonb_array_length(story),
  event_type = CASE event_type WHEN 'told' THEN 'delivering' WHEN 'not_told' THEN 'delivery_failed' ELSE event_type END;
ALTER TABLE cursor_tasks DROP COLUMN story;

-- Reads columns out of the document, puts the note into the columns of the event, and checks. The rules are here and
-- not CHECK constraints, because PostgreSQL reads the text of every constraint anew for each statement.
CREATE OR REPLACE FUNCTION cursor_tasks_keep_in_step() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  doc jsonb := NEW.value;
  is_new boolean := TG_OP = 'INSERT';
  is_pending boolean := (NEW.value -> 'pending')::boolean;
  broken text;
BEGIN
  IF is_new THEN
    NEW.task_id := substr(NEW.key, length('cursor_task:') + 1);
  END IF;
  IF is_new OR doc <> OLD.value THEN
    NEW.conversation_id := doc ->> 'conversationId';
    NEW.user_id := (doc ->> 'userId')::bigint;
    NEW.priority_score := -(doc -> 'priority')::integer;
    NEW.cursor_agent_id := doc ->> 'cursorAgentId';
    IF NOT is_new AND is_pending AND NOT (OLD.value -> 'pending')::boolean THEN
      RAISE EXCEPTION 'cursor task %: a finished task never becomes pending again', OLD.task_id
        USING ERRCODE = 'check_violation', CONSTRAINT = 'cursor_tasks_finish_once';
    END IF;
  END IF;
  IF NEW.note IS NOT NULL THEN
    NEW.event_seq := NEW.event_seq + 1;
    NEW.event_at := greatest(NEW.event_at, (NEW.note ->> 'at')::timestamptz);
    NEW.event_type := NEW.note ->> 'type';
    NEW.event_actor := NEW.note ->> 'actor';
    NEW.event_why := NEW.note ->> 'why';
    NEW.state := coalesce(NEW.note ->> 'state', NEW.state);
    IF NOT is_new AND OLD.state = 'pending' AND NEW.state IN ('completed', 'failed') THEN
      NEW.finished_at := NEW.event_at;
      NEW.undelivered_since := NEW.event_at;
    END IF;
    NEW.note := NULL;
  END IF;
  broken := CASE
    WHEN NEW.state NOT IN ('pending', 'completed', 'failed', 'delivering', 'delivered', 'undeliverable', 'expired')
      THEN 'state_is_known'
    WHEN (NEW.finished_at IS NOT NULL) <> (NEW.state NOT IN ('pending', 'expired')) THEN 'finished_has_when'
    WHEN NEW.state <> 'expired' AND (NEW.undelivered_since IS NOT NULL) <> (NEW.state IN ('completed', 'failed', 'delivering'))
      THEN 'undelivered_has_since'
    WHEN (NEW.delivered_at IS NOT NULL) <> (NEW.state = 'delivered') THEN 'delivered_has_when'
    WHEN NEW.state IN ('delivering', 'delivered') AND NEW.delivery_id IS NULL THEN 'delivering_has_id'
    WHEN (NEW.late_at IS NULL) <> (NEW.late_outcome IS NULL) THEN 'late_has_what'
    WHEN NEW.attempts < 0 THEN 'attempts_are_counted'
    WHEN NEW.expires_at <= NEW.created_at THEN 'expires_after_it_begins'
    WHEN is_pending <> (NEW.state IN ('pending', 'expired')) THEN 'state_fits_document'
    WHEN NOT is_new AND NEW.state <> OLD.state AND NEW.event_seq = OLD.event_seq THEN 'state_changes_with_event'
  END;
  IF broken IS NOT NULL THEN
    RAISE EXCEPTION 'cursor task % breaks constraint "cursor_tasks_%"', NEW.task_id, broken
      USING ERRCODE = 'check_violation', CONSTRAINT = 'cursor_tasks_' || broken;
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER cursor_tasks_keep_in_step BEFORE INSERT OR UPDATE ON cursor_tasks
  FOR EACH ROW EXECUTE FUNCTION cursor_tasks_keep_in_step();

CREATE FUNCTION cursor_tasks_write_event() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO task_events (task_key, seq, at, type, actor, from_state, to_state, why)
  VALUES (NEW.key, NEW.event_seq, NEW.event_at, NEW.event_type, NEW.event_actor,
          CASE WHEN TG_OP = 'UPDATE' THEN OLD.state END, NEW.state, NEW.event_why);
  RETURN NULL;
END $$;
CREATE TRIGGER cursor_tasks_write_registered AFTER INSERT ON cursor_tasks
  FOR EACH ROW EXECUTE FUNCTION cursor_tasks_write_event();
CREATE TRIGGER cursor_tasks_write_event AFTER UPDATE ON cursor_tasks
  FOR EACH ROW WHEN (NEW.event_seq <> OLD.event_seq) EXECUTE FUNCTION cursor_tasks_write_event();

CREATE FUNCTION task_events_are_final() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'task_events is append-only'
    USING ERRCODE = 'check_violation', CONSTRAINT = 'task_events_are_final';
END $$;
CREATE TRIGGER task_events_are_final BEFORE UPDATE ON task_events
  FOR EACH STATEMENT EXECUTE FUNCTION task_events_are_final();

-- Events go with their task and never before it.
CREATE FUNCTION task_events_go_with_their_task() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (SELECT FROM old_rows o JOIN cursor_tasks t ON t.key = o.task_key) THEN
    RAISE EXCEPTION 'the events of a task are deleted together with it'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'task_events_go_with_their_task';
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER task_events_go_with_their_task AFTER DELETE ON task_events
  REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION task_events_go_with_their_task();
