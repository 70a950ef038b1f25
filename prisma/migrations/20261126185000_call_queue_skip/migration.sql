-- An agent may skip somebody of the regular queue, with a reason: the entry goes to somebody else, and stays away from that agent
-- for a while. Of a callback the same is said by its event and by released_by_agent_id.

ALTER TABLE call_queue
  ADD COLUMN skipped_by_agent_id integer CONSTRAINT call_queue_skipped_by_exists REFERENCES agents (id),
  ADD COLUMN skipped_at timestamptz(3),
  ADD COLUMN skipped_until timestamptz(3),
  ADD COLUMN skip_why text,
  ADD CONSTRAINT call_queue_skip_is_whole
    CHECK (num_nonnulls(skipped_by_agent_id, skipped_at, skipped_until, skip_why) IN (0, 4));

-- As before, and who skipped an entry is not given it back soon.
CREATE OR REPLACE FUNCTION may_be_given(entry call_queue, agent integer, at timestamptz) RETURNS boolean LANGUAGE plpgsql STABLE AS $$
DECLARE
  called users;
  promise callbacks;
BEGIN
  IF entry.skipped_by_agent_id = agent AND entry.skipped_until > at THEN RETURN false; END IF;
  SELECT * INTO called FROM users u WHERE u.id = entry.user_id;
  IF NOT FOUND THEN RETURN false; END IF;
  IF entry.callback_id IS NOT NULL THEN
    SELECT * INTO promise FROM callbacks c WHERE c.id = entry.callback_id;
    IF promise.released_by_agent_id = agent AND (promise.released_until <= at) IS NOT TRUE THEN RETURN false; END IF;
  END IF;
  IF promise.number IS NULL THEN
    IF called.do_not_call OR called.wrong_number THEN RETURN false; END IF;
  ELSE
    PERFORM FROM called_numbers n WHERE n.callback_id = promise.id AND NOT n.do_not_call AND NOT n.wrong_number;
    IF NOT FOUND THEN RETURN false; END IF;
  END IF;
  RETURN NOT EXISTS (
      SELECT FROM call_sessions s
      WHERE s.user_id = entry.user_id AND s.status IN ('initiated', 'ringing', 'in_progress') AND NOT rings_too_long(s, at))
    AND NOT EXISTS (
      SELECT FROM call_sessions s
      WHERE s.number = coalesce(promise.number, called.number) AND s.status IN ('initiated', 'ringing', 'in_progress')
        AND NOT rings_too_long(s, at));
END $$;
