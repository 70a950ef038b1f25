-- A writer reads the time first and may then wait for a row of somebody else, whose time is later. What comes after
-- another in the tables does so in its times, too, however long it waited.

CREATE INDEX call_sessions_ended_at_idx ON call_sessions (ended_at);

-- Who opens a call waits in the unique indexes of open calls until the one before has ended; only then is its end to
-- be seen. A start that the caller gave is a fact and stays; `created_at` is the time that was read.
CREATE FUNCTION call_sessions_begin_after_the_last() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  last timestamptz;
BEGIN
  SELECT max(ended_at) INTO last FROM call_sessions
  WHERE ended_at > NEW.started_at AND (user_id = NEW.user_id OR agent_id = NEW.agent_id) AND id <> NEW.id;
  IF last IS NOT NULL THEN
    -- An end in the future was written by hand and holds nobody up.
    UPDATE call_sessions SET started_at = greatest(started_at, least(last, ringback_now())) WHERE id = NEW.id;
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER call_sessions_begin_after_the_last AFTER INSERT ON call_sessions
  FOR EACH ROW WHEN (NEW.ended_at IS NULL AND NEW.started_at = NEW.created_at)
  EXECUTE FUNCTION call_sessions_begin_after_the_last();

CREATE FUNCTION call_sessions_end_after_their_start() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  NEW.ended_at := greatest(NEW.ended_at, NEW.started_at);
  RETURN NEW;
END $$;
CREATE TRIGGER call_sessions_end_after_their_start BEFORE UPDATE ON call_sessions
  FOR EACH ROW WHEN (OLD.ended_at IS NULL AND NEW.ended_at < NEW.started_at)
  EXECUTE FUNCTION call_sessions_end_after_their_start();

-- The same for the sessions of an agent: a login waits for the logout before it.
CREATE FUNCTION agent_sessions_begin_after_the_last() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  last timestamptz;
BEGIN
  SELECT logout_at INTO last FROM agent_sessions WHERE agent_id = NEW.agent_id AND id < NEW.id ORDER BY id DESC LIMIT 1;
  IF last > NEW.login_at THEN
    UPDATE agent_sessions
    SET login_at = last, status_since = greatest(status_since, last), last_activity = greatest(last_activity, last)
    WHERE id = NEW.id;
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER agent_sessions_begin_after_the_last AFTER INSERT ON agent_sessions
  FOR EACH ROW WHEN (NEW.logout_at IS NULL)
  EXECUTE FUNCTION agent_sessions_begin_after_the_last();

-- And for entries of the queue: who closes one may have waited for who made, gave or claimed it.
CREATE FUNCTION call_queue_close_last() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  NEW.closed_at := greatest(NEW.closed_at, NEW.created_at, NEW.assigned_at, NEW.claimed_at);
  RETURN NEW;
END $$;
CREATE TRIGGER call_queue_close_last BEFORE UPDATE ON call_queue
  FOR EACH ROW WHEN (OLD.closed_at IS NULL AND NEW.closed_at IS NOT NULL)
  EXECUTE FUNCTION call_queue_close_last();
