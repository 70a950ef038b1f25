-- What a telephone system reports of a call only moves it forward. `reported` is the furthest report that came; it is null
-- for a call that no telephone system reports. `awaits_outcome`: the telephone ended the call, and its agent has not
-- written yet what came of it. Such a call stays on the agent's desk and keeps nobody else from the number.
ALTER TABLE call_sessions
  ADD COLUMN reported TEXT,
  ADD COLUMN awaits_outcome BOOLEAN NOT NULL DEFAULT false,
  ADD CONSTRAINT call_sessions_reported_is_known
    CHECK (reported IN ('initiated', 'ringing', 'in_progress', 'completed', 'missed', 'failed')),
  ADD CONSTRAINT call_sessions_awaits_outcome_of_an_agent
    CHECK (NOT awaits_outcome OR (agent_id IS NOT NULL AND ended_at IS NOT NULL AND outcome_at IS NULL));

UPDATE call_sessions SET reported = CASE status WHEN 'abandoned' THEN 'in_progress' ELSE status END
WHERE twilio_call_sid IS NOT NULL;

CREATE INDEX call_sessions_at_a_desk ON call_sessions (agent_id) WHERE ended_at IS NULL OR awaits_outcome;
CREATE INDEX call_sessions_ringing ON call_sessions (started_at) WHERE status IN ('initiated', 'ringing');

-- Whether the end of a call that rings must have been lost: it holds neither its user nor its number any longer.
CREATE FUNCTION rings_too_long(s call_sessions, at timestamptz) RETURNS boolean LANGUAGE sql STABLE PARALLEL SAFE
RETURN s.status IN ('initiated', 'ringing') AND s.started_at <= at - interval '2 minutes';

-- Who opens a call finds the unique indexes of open calls free of those. One that somebody else is changing at this
-- moment is left to them; the index then decides.
CREATE FUNCTION call_sessions_end_long_rings() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  UPDATE call_sessions s
  SET status = 'abandoned', ended_at = s.started_at + interval '2 minutes', awaits_outcome = s.agent_id IS NOT NULL
  WHERE s.id IN (
    SELECT r.id FROM call_sessions r
    WHERE rings_too_long(r, ringback_now()) AND r.id <> NEW.id
      AND (r.user_id = NEW.user_id OR r.number = NEW.number OR r.agent_id = NEW.agent_id)
    FOR UPDATE SKIP LOCKED);
  RETURN NEW;
END $$;
CREATE TRIGGER call_sessions_end_long_rings BEFORE INSERT ON call_sessions
  FOR EACH ROW WHEN (NEW.ended_at IS NULL) EXECUTE FUNCTION call_sessions_end_long_rings();
CREATE TRIGGER call_sessions_end_long_rings_again BEFORE UPDATE OF status, agent_id ON call_sessions
  FOR EACH ROW WHEN (NEW.ended_at IS NULL) EXECUTE FUNCTION call_sessions_end_long_rings();
