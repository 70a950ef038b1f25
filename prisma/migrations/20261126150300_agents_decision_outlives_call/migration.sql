-- The agent is now in a call, and alive. Who was on break or away decided that, and is so again after the call. False
-- without an open session.
CREATE OR REPLACE FUNCTION begin_call(agent integer, at timestamptz) RETURNS boolean LANGUAGE plpgsql AS $$
BEGIN
  UPDATE agent_sessions s
  SET status = 'on_call', after_call = CASE WHEN s.status IN ('break', 'offline') THEN s.status ELSE s.after_call END,
      last_activity = greatest(s.last_activity, at),
      status_since = CASE WHEN s.status = 'on_call' THEN s.status_since ELSE greatest(s.status_since, at) END
  WHERE s.agent_id = agent AND s.logout_at IS NULL;
  RETURN FOUND;
END $$;
