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
  -- The last thing that happened, and all that has: a trigger adds each to the story.
  happened_at timestamptz(3) NOT NULL,
  what text NOT NULL,
  why text NOT NULL,
  story jsonb NOT NULL
);
ALTER TABLE cursor_tasks SET (fillfactor = 70);
ALTER SEQUENCE cursor_delivery_ids OWNED BY cursor_tasks.delivery_id;
-- What the sweep looks at: unfinished tasks by their end, results by how long nobody has acknowledged them.
CREATE INDEX cursor_tasks_pending ON cursor_tasks (expires_at) WHERE state = 'pending';
CREATE INDEX cursor_tasks_untold ON cursor_tasks (untold_since) WHERE untold_since IS NOT NULL;
CREATE INDEX cursor_tasks_by_age ON cursor_tasks (created_at DESC, key DESC);
-- A conversation has few tasks: those to be told, and the one that is acknowledged, are found among them.
CREATE INDEX cursor_tasks_of_conversation ON cursor_tasks (conversation_id, created_at DESC, key DESC);
CREATE INDEX cursor_tasks_of_user ON cursor_tasks (user_id) WHERE user_id IS NOT NULL;
-- A result reaches one conversation, and a result that comes too late becomes one callback.
CREATE UNIQUE INDEX cursor_tasks_one_per_cursor_agent ON cursor_tasks (cursor_agent_id) WHERE cursor_agent_id IS NOT NULL;
CREATE UNIQUE INDEX cursor_tasks_one_per_callback ON cursor_tasks (callback_id) WHERE callback_id IS NOT NULL;

-- Reads the columns out of the document, and adds what happened to the story. A finished task never becomes pending
-- again, no story is written anew, and the state fits the columns. Those rules are here and not CHECK constraints,
-- because PostgreSQL reads the text of every constraint anew for each statement: eight took a tenth of its time.
CREATE FUNCTION cursor_tasks_keep_in_step() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  doc jsonb := NEW.value;
  is_new boolean := TG_OP = 'INSERT';
  is_pending boolean;
  broken text;
BEGIN
  IF is_new THEN
    NEW.task_id := substr(NEW.key, length('cursor_task:') + 1);
    NEW.state := 'pending';
    NEW.happened_at := ringback_now();
    NEW.what := 'registered';
    NEW.why := 'It was registered.';
    NEW.story := '[]';
  ELSE
    NEW.story := OLD.story;
  END IF;
  IF is_new OR doc <> OLD.value THEN
    is_pending := (doc -> 'pending')::boolean;
    NEW.conversation_id := doc ->> 'conversationId';
    NEW.user_id := (doc ->> 'userId')::bigint;
    NEW.priority_score := -(doc -> 'priority')::integer;
    NEW.cursor_agent_id := doc ->> 'cursorAgentId';
    IF is_new THEN
      NULL;
    ELSIF is_pending AND NOT (OLD.value -> 'pending')::boolean THEN
      RAISE EXCEPTION 'cursor task %: a finished task never becomes pending again', OLD.task_id
        USING ERRCODE = 'check_violation', CONSTRAINT = 'cursor_tasks_finish_once';
    ELSIF doc -> 'launchedAt' IS DISTINCT FROM OLD.value -> 'launchedAt' THEN
      NEW.happened_at := ringback_now();
      NEW.what := CASE WHEN doc ->> 'launchedAt' IS NULL THEN 'not_launched' ELSE 'launching' END;
      NEW.why := CASE WHEN doc ->> 'launchedAt' IS NULL THEN 'The launch was refused.' ELSE 'It is being launched.' END;
    ELSIF NEW.cursor_agent_id IS DISTINCT FROM OLD.cursor_agent_id THEN
      NEW.happened_at := ringback_now();
      NEW.what := 'launched';
      NEW.why := 'Cursor agent ' || NEW.cursor_agent_id || ' works on it.';
    END IF;
    IF NOT is_pending AND NEW.state = 'pending' THEN
      NEW.finished_at := ringback_now();
      NEW.untold_since := NEW.finished_at;
      NEW.happened_at := NEW.finished_at;
      IF doc ->> 'error' IS NULL THEN
        NEW.state := 'completed';
        NEW.why := 'It ended with a result.';
      ELSE
        NEW.state := 'failed';
        NEW.why := 'It ended with an error.';
      END IF;
      NEW.what := NEW.state;
    END IF;
  END IF;
  IF is_new OR (NEW.what, NEW.why, NEW.happened_at, NEW.state) IS DISTINCT FROM (OLD.what, OLD.why, OLD.happened_at, OLD.state) THEN
    IF NOT is_new THEN NEW.happened_at := greatest(NEW.happened_at, OLD.happened_at); END IF;
    NEW.story := NEW.story || jsonb_build_object(
      'at', to_char(NEW.happened_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'),
      'what', NEW.what, 'state', NEW.state, 'why', NEW.why);
  END IF;
  broken := CASE
    WHEN NEW.state NOT IN ('pending', 'completed', 'failed', 'delivering', 'delivered', 'undeliverable', 'expired')
      THEN 'state_is_known'
    WHEN (NEW.finished_at IS NOT NULL) <> (NEW.state NOT IN ('pending', 'expired')) THEN 'finished_has_when'
    WHEN NEW.state <> 'expired' AND (NEW.untold_since IS NOT NULL) <> (NEW.state IN ('completed', 'failed', 'delivering'))
      THEN 'untold_has_since'
    WHEN (NEW.delivered_at IS NOT NULL) <> (NEW.state = 'delivered') THEN 'delivered_has_when'
    WHEN NEW.state IN ('delivering', 'delivered') AND NEW.delivery_id IS NULL THEN 'delivering_has_id'
    WHEN (NEW.late_at IS NULL) <> (NEW.late_outcome IS NULL) THEN 'late_has_what'
    WHEN NEW.attempts < 0 THEN 'attempts_are_counted'
    WHEN NEW.expires_at <= NEW.created_at THEN 'expires_after_it_begins'
  END;
  IF broken IS NOT NULL THEN
    RAISE EXCEPTION 'cursor task % breaks constraint "cursor_tasks_%"', NEW.task_id, broken
      USING ERRCODE = 'check_violation', CONSTRAINT = 'cursor_tasks_' || broken;
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER cursor_tasks_keep_in_step BEFORE INSERT OR UPDATE ON cursor_tasks
  FOR EACH ROW EXECUTE FUNCTION cursor_tasks_keep_in_step();

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
