-- A task is a row of plain columns. The statement that changes it says what it becomes, constraints refuse what may not
-- be, and a trigger only records the event.
DROP TRIGGER cursor_tasks_keep_in_step ON cursor_tasks;
DROP FUNCTION cursor_tasks_keep_in_step();
DROP TRIGGER cursor_tasks_write_registered ON cursor_tasks;
DROP TRIGGER cursor_tasks_write_event ON cursor_tasks;
DROP FUNCTION cursor_tasks_write_event();
DROP TRIGGER task_events_go_with_their_task ON task_events;

ALTER TABLE cursor_tasks
  ADD COLUMN session_payload jsonb,
  ADD COLUMN tool_name text,
  ADD COLUMN tool_args jsonb,
  -- A credential.
  ADD COLUMN ws_url text,
  -- Host and port of ws_url.
  ADD COLUMN relay_host text,
  ADD COLUMN deliver_as text,
  -- Of what was registered: the same again is a repeat, anything else a conflict.
  ADD COLUMN content_hash text,
  ADD COLUMN launched_at timestamptz(3),
  ADD COLUMN result jsonb,
  ADD COLUMN error text,
  -- Counts the changes of what a copy in Redis holds.
  ADD COLUMN version integer NOT NULL DEFAULT 1,
  -- Of the payload, the arguments and the result or error, as PostgreSQL writes them.
  ADD COLUMN content_bytes integer NOT NULL DEFAULT 0;

UPDATE cursor_tasks SET
  session_payload = nullif(value -> 'sessionPayload', 'null'),
  tool_name = value ->> 'toolName',
  tool_args = nullif(value -> 'toolArgs', 'null'),
  ws_url = value ->> 'wsUrl',
  relay_host = value ->> 'relayHost',
  deliver_as = value ->> 'deliverAs',
  content_hash = value ->> 'contentHash',
  launched_at = (value ->> 'launchedAt')::timestamptz,
  result = nullif(value -> 'result', 'null'),
  error = value ->> 'error',
  version = (value ->> 'version')::integer;
-- A document of before may be larger by this measure than by the one that it was taken by.
UPDATE cursor_tasks SET content_bytes = least(262144,
  coalesce(octet_length(session_payload::text), 0) + coalesce(octet_length(tool_args::text), 0)
  + coalesce(octet_length(result::text), 0) + coalesce(octet_length(error), 0));

-- Events belong to the task by its id.
ALTER TABLE task_events DROP CONSTRAINT task_events_task_key_fkey;
ALTER TABLE task_events RENAME COLUMN task_key TO task_id;
ALTER TABLE task_events ALTER COLUMN task_id TYPE text USING substr(task_id, length('cursor_task:') + 1);

-- The indexes on the key go with it.
ALTER TABLE cursor_tasks
  DROP COLUMN key,
  DROP COLUMN value,
  DROP COLUMN note,
  ADD PRIMARY KEY (task_id),
  ALTER COLUMN deliver_as SET NOT NULL,
  ALTER COLUMN content_hash SET NOT NULL;
CREATE INDEX cursor_tasks_by_age ON cursor_tasks (created_at DESC, task_id DESC);
CREATE INDEX cursor_tasks_of_conversation ON cursor_tasks (conversation_id, created_at DESC, task_id DESC);
ALTER TABLE task_events
  ADD CONSTRAINT task_events_task_id_fkey FOREIGN KEY (task_id) REFERENCES cursor_tasks (task_id) ON DELETE CASCADE;

ALTER TABLE cursor_tasks
  ADD CONSTRAINT cursor_tasks_state_is_known
    CHECK (state IN ('pending', 'completed', 'failed', 'delivering', 'delivered', 'undeliverable', 'expired')),
  ADD CONSTRAINT cursor_tasks_deliver_as_is_known CHECK (deliver_as IN ('contextual_update', 'user_message')),
  ADD CONSTRAINT cursor_tasks_finished_has_when CHECK ((finished_at IS NOT NULL) = (state NOT IN ('pending', 'expired'))),
  -- A failed task has an error, a completed one has none, and what has not ended has neither.
  ADD CONSTRAINT cursor_tasks_outcome_fits_state CHECK (CASE
    WHEN state IN ('pending', 'expired') THEN result IS NULL AND error IS NULL
    WHEN state = 'failed' THEN result IS NULL AND error IS NOT NULL
    WHEN state = 'completed' THEN error IS NULL
    ELSE result IS NULL OR error IS NULL END),
  ADD CONSTRAINT cursor_tasks_undelivered_has_since
    CHECK (state = 'expired' OR (undelivered_since IS NOT NULL) = (state IN ('completed', 'failed', 'delivering'))),
  ADD CONSTRAINT cursor_tasks_delivered_has_when CHECK ((delivered_at IS NOT NULL) = (state = 'delivered')),
  ADD CONSTRAINT cursor_tasks_delivering_has_id CHECK (state NOT IN ('delivering', 'delivered') OR delivery_id IS NOT NULL),
  ADD CONSTRAINT cursor_tasks_late_has_what CHECK ((late_at IS NULL) = (late_outcome IS NULL)),
  ADD CONSTRAINT cursor_tasks_attempts_are_counted CHECK (attempts >= 0),
  ADD CONSTRAINT cursor_tasks_expires_after_it_begins CHECK (expires_at > created_at),
  ADD CONSTRAINT cursor_tasks_not_too_large CHECK (content_bytes <= 262144);

-- A finished task never becomes pending again.
CREATE FUNCTION cursor_tasks_finish_once() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'cursor task % breaks constraint "cursor_tasks_finish_once": a finished task never becomes pending again', NEW.task_id
    USING ERRCODE = 'check_violation', CONSTRAINT = 'cursor_tasks_finish_once';
END $$;
CREATE TRIGGER cursor_tasks_finish_once AFTER UPDATE ON cursor_tasks
  FOR EACH ROW WHEN (OLD.state <> 'pending' AND NEW.state = 'pending') EXECUTE FUNCTION cursor_tasks_finish_once();

-- Only records. A state that changes without an event of its own would be a second event with the same number, which the
-- primary key of task_events refuses.
CREATE FUNCTION cursor_tasks_write_event() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO task_events (task_id, seq, at, type, actor, from_state, to_state, why)
  VALUES (NEW.task_id, NEW.event_seq, NEW.event_at, NEW.event_type, NEW.event_actor,
          CASE WHEN TG_OP = 'UPDATE' THEN OLD.state END, NEW.state, NEW.event_why);
  RETURN NULL;
END $$;
CREATE TRIGGER cursor_tasks_write_registered AFTER INSERT ON cursor_tasks
  FOR EACH ROW EXECUTE FUNCTION cursor_tasks_write_event();
CREATE TRIGGER cursor_tasks_write_event AFTER UPDATE ON cursor_tasks
  FOR EACH ROW WHEN (NEW.event_seq <> OLD.event_seq OR NEW.state <> OLD.state) EXECUTE FUNCTION cursor_tasks_write_event();

-- Events go with their task and never before it.
CREATE OR REPLACE FUNCTION task_events_go_with_their_task() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (SELECT FROM old_rows o JOIN cursor_tasks t ON t.task_id = o.task_id) THEN
    RAISE EXCEPTION 'the events of a task are deleted together with it'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'task_events_go_with_their_task';
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER task_events_go_with_their_task AFTER DELETE ON task_events
  REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION task_events_go_with_their_task();
