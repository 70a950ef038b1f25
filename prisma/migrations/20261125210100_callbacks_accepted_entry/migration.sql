-- An accepted callback has exactly one live entry, at -2000, held by the agent who accepted it. Several statements of
-- one transaction bring that about, so it is judged at commit; the tick asks for it earlier, user by user.
CREATE FUNCTION callbacks_accepted_must_have_their_entry() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  subject integer;
BEGIN
  IF TG_TABLE_NAME = 'callbacks' THEN subject := NEW.id; ELSE subject := OLD.callback_id; END IF;
  IF EXISTS (
    SELECT FROM callbacks c WHERE c.id = subject AND c.status = 'accepted' AND NOT EXISTS (
      SELECT FROM call_queue q
      WHERE q.callback_id = c.id AND q.status = 'assigned' AND q.priority_score = -2000
        AND q.assigned_to_agent_id = c.accepted_by_agent_id)
  ) THEN
    RAISE EXCEPTION 'callback %, accepted without its live entry, breaks constraint "callbacks_accepted_have_their_entry"', subject
      USING ERRCODE = 'check_violation', CONSTRAINT = 'callbacks_accepted_have_their_entry';
  END IF;
  RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER callbacks_accepted_have_their_entry
  AFTER INSERT OR UPDATE OF status, accepted_by_agent_id ON callbacks DEFERRABLE INITIALLY DEFERRED
  FOR EACH ROW WHEN (NEW.status = 'accepted') EXECUTE FUNCTION callbacks_accepted_must_have_their_entry();
CREATE CONSTRAINT TRIGGER callbacks_accepted_have_their_entry
  AFTER UPDATE OF status, priority_score, assigned_to_agent_id, callback_id ON call_queue DEFERRABLE INITIALLY DEFERRED
  FOR EACH ROW WHEN (OLD.status = 'assigned' AND OLD.priority_score = -2000
    AND (NEW.status, NEW.priority_score, NEW.assigned_to_agent_id, NEW.callback_id)
        IS DISTINCT FROM (OLD.status, OLD.priority_score, OLD.assigned_to_agent_id, OLD.callback_id))
  EXECUTE FUNCTION callbacks_accepted_must_have_their_entry();
CREATE CONSTRAINT TRIGGER callbacks_accepted_have_their_entry_deleted
  AFTER DELETE ON call_queue DEFERRABLE INITIALLY DEFERRED
  FOR EACH ROW WHEN (OLD.status = 'assigned' AND OLD.priority_score = -2000)
  EXECUTE FUNCTION callbacks_accepted_must_have_their_entry();
