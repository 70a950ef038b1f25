-- Tasks that an outside agent works on, and the way of their results back to a conversation.
CREATE SEQUENCE cursor_delivery_ids;

CREATE TABLE cursor_tasks (
  -- The document and its time: what lib/kv/table.ts reads and writes.
  key text NOT NULL PRIMARY KEY,
  value jsonb NOT NULL,
  created_at timestamptz(3) NOT NULL,
  expires_at timestamptz(3) NOT NULL,
  -- Read out of the document by a trigger, so that whoever writes the document writes the row.
  task_id text NOT NULL,
  conversation_id text NOT NULL,
  user_id bigint,
  priority_score integer NOT NULL,
  cursor_agent_id text,
  -- The life of the task and of its delivery.
  state text NOT NULL,
  finished_at timestamptz(3),
  untold_since timestamptz(3),
  delivery_id bigint,
  attempts integer NOT NULL DEFAULT 0,
  next_attempt_at timestamptz(3),
  last_error text,
  delivered_at timestamptz(3),
  late_at timestamptz(3),
  late_outcome jsonb,
  callback_id integer,
  -- The last thing that happened; each becomes a row of cursor_task_events.
  happened_at timestamptz(3) NOT NULL,
  what text NOT NULL,
  why text NOT NULL,
  event_seq integer NOT NULL DEFAULT 1,
  CONSTRAINT cursor_tasks_state_is_known
    CHECK (state IN ('pending', 'completed', 'failed', 'delivering', 'delivered', 'undeliverable', 'expired')),
  CONSTRAINT cursor_tasks_finished_has_when CHECK ((finished_at IS NOT NULL) = (state NOT IN ('pending', 'expired'))),
  CONSTRAINT cursor_tasks_untold_has_since
    CHECK ((untold_since IS NOT NULL) = (state IN ('completed', 'failed', 'delivering'))),
  CONSTRAINT cursor_tasks_delivered_has_when CHECK ((delivered_at IS NOT NULL) = (state = 'delivered')),
  CONSTRAINT cursor_tasks_delivering_has_id CHECK (state NOT IN ('delivering', 'delivered') OR delivery_id IS NOT NULL),
  CONSTRAINT cursor_tasks_late_has_what CHECK ((late_at IS NULL) = (late_outcome IS NULL)),
  CONSTRAINT cursor_tasks_attempts_are_counted CHECK (attempts >= 0),
  CONSTRAINT cursor_tasks_expire_after_they_begin CHECK (expires_at > created_at)
);
ALTER TABLE cursor_tasks SET (fillfactor = 70);
ALTER SEQUENCE cursor_delivery_ids OWNED BY cursor_tasks.delivery_id;
-- What a holder of a conversation has still to be told, in the order of telling.
CREATE INDEX cursor_tasks_to_tell ON cursor_tasks (conversation_id, priority_score, finished_at)
  WHERE state IN ('completed', 'failed', 'delivering');
-- What the sweep looks at: unfinished ones by their end, finished ones by how long nobody has acknowledged them.
CREATE INDEX cursor_tasks_pending ON cursor_tasks (expires_at) WHERE state = 'pending';
CREATE INDEX cursor_tasks_untold ON cursor_tasks (untold_since) WHERE state IN ('completed', 'failed', 'delivering');
CREATE INDEX cursor_tasks_late ON cursor_tasks (late_at) WHERE late_at IS NOT NULL AND callback_id IS NULL;
CREATE INDEX cursor_tasks_by_age ON cursor_tasks (created_at DESC, key DESC);
CREATE INDEX cursor_tasks_of_conversation ON cursor_tasks (conversation_id, created_at DESC, key DESC);
CREATE INDEX cursor_tasks_of_user ON cursor_tasks (user_id) WHERE user_id IS NOT NULL;
-- A result reaches one conversation, and a result that comes too late becomes one callback.
CREATE UNIQUE INDEX cursor_tasks_one_per_cursor_agent ON cursor_tasks (cursor_agent_id) WHERE cursor_agent_id IS NOT NULL;
CREATE UNIQUE INDEX cursor_tasks_delivery_id_is_unique ON cursor_tasks (delivery_id) WHERE delivery_id IS NOT NULL;
CREATE UNIQUE INDEX cursor_tasks_one_per_callback ON cursor_tasks (callback_id) WHERE callback_id IS NOT NULL;

CREATE TABLE cursor_task_events (
  key text NOT NULL,
  seq integer NOT NULL,
  at timestamptz(3) NOT NULL,
  what text NOT NULL,
  state text NOT NULL,
  why text NOT NULL,
  PRIMARY KEY (key, seq),
  CONSTRAINT cursor_task_events_belong_to_a_task FOREIGN KEY (key) REFERENCES cursor_tasks (key) ON DELETE CASCADE
);

-- The columns that are read out of the document. A finished task never becomes pending again.
CREATE FUNCTION cursor_tasks_read_document() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  is_pending boolean := (NEW.value ->> 'pending')::boolean;
  has_error boolean := NEW.value ->> 'error' IS NOT NULL;
BEGIN
  NEW.task_id := substr(NEW.key, length('cursor_task:') + 1);
  NEW.conversation_id := NEW.value ->> 'conversationId';
  NEW.user_id := (NEW.value ->> 'userId')::bigint;
  NEW.priority_score := -(NEW.value ->> 'priority')::integer;
  NEW.cursor_agent_id := NEW.value ->> 'cursorAgentId';
  IF TG_OP = 'INSERT' THEN
    NEW.state := 'pending';
    NEW.happened_at := ringback_now();
    NEW.what := 'registered';
    NEW.why := 'It was registered.';
  ELSIF is_pending AND NOT (OLD.value ->> 'pending')::boolean THEN
    RAISE EXCEPTION 'cursor task %: a finished task never becomes pending again', OLD.task_id
      USING ERRCODE = 'check_violation', CONSTRAINT = 'cursor_tasks_finish_once';
  ELSIF NEW.value ->> 'launchedAt' IS DISTINCT FROM OLD.value ->> 'launchedAt' THEN
    NEW.happened_at := ringback_now();
    NEW.what := CASE WHEN NEW.value ->> 'launchedAt' IS NULL THEN 'not_launched' ELSE 'launching' END;
    NEW.why := CASE WHEN NEW.value ->> 'launchedAt' IS NULL THEN 'The launch was refused.' ELSE 'It is being launched.' END;
  ELSIF NEW.cursor_agent_id IS DISTINCT FROM OLD.cursor_agent_id THEN
    NEW.happened_at := ringback_now();
    NEW.what := 'launched';
    NEW.why := 'Cursor agent ' || NEW.cursor_agent_id || ' works on it.';
  END IF;
  IF NOT is_pending AND NEW.state = 'pending' THEN
    NEW.state := CASE WHEN has_error THEN 'failed' ELSE 'completed' END;
    NEW.finished_at := ringback_now();
    NEW.untold_since := NEW.finished_at;
    NEW.happened_at := NEW.finished_at;
    NEW.what := NEW.state;
    NEW.why := CASE WHEN has_error THEN 'It ended with an error.' ELSE 'It ended with a result.' END;
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER cursor_tasks_read_document BEFORE INSERT OR UPDATE OF value ON cursor_tasks
  FOR EACH ROW EXECUTE FUNCTION cursor_tasks_read_document();

-- Its story: one row for everything that happened, whoever wrote it down. Named to come after the trigger above.
CREATE FUNCTION cursor_tasks_write_event() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'UPDATE' THEN
    IF (NEW.what, NEW.why, NEW.happened_at, NEW.state) IS NOT DISTINCT FROM (OLD.what, OLD.why, OLD.happened_at, OLD.state) THEN
      RETURN NULL;
    END IF;
  END IF;
  INSERT INTO cursor_task_events (key, seq, at, what, state, why)
  VALUES (NEW.key, NEW.event_seq, NEW.happened_at, NEW.what, NEW.state, NEW.why);
  RETURN NULL;
END $$;
CREATE FUNCTION cursor_tasks_count_event() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF (NEW.what, NEW.why, NEW.happened_at, NEW.state) IS DISTINCT FROM (OLD.what, OLD.why, OLD.happened_at, OLD.state) THEN
    NEW.event_seq := OLD.event_seq + 1;
    NEW.happened_at := greatest(NEW.happened_at, OLD.happened_at);
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER cursor_tasks_then_count_event BEFORE UPDATE ON cursor_tasks
  FOR EACH ROW EXECUTE FUNCTION cursor_tasks_count_event();
CREATE TRIGGER cursor_tasks_write_event AFTER INSERT OR UPDATE ON cursor_tasks
  FOR EACH ROW EXECUTE FUNCTION cursor_tasks_write_event();

-- Results that came before their task was registered; applied when it is, and kept to be seen until then.
CREATE TABLE parked_results (
  -- `task:<taskId>` or `cursor:<agentId>`
  reference text NOT NULL PRIMARY KEY,
  outcome jsonb NOT NULL,
  received_at timestamptz(3) NOT NULL,
  -- Why it was not taken by the task that was registered.
  refused_why text
);

-- Conversations whose holder said that they are over. What finishes afterwards becomes a callback at once.
CREATE TABLE ended_conversations (
  conversation_id text NOT NULL PRIMARY KEY,
  ended_at timestamptz(3) NOT NULL,
  ended_by text NOT NULL
);
