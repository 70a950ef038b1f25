-- The agent's call is over. What was decided during the call holds now; without a decision, available. An agent with another
-- call that is open or waits for its outcome stays on call.
CREATE FUNCTION end_call(agent integer, at timestamptz) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  -- Another call of the agent that begins at this moment is seen once the session is held.
  PERFORM FROM agent_sessions s WHERE s.agent_id = agent AND s.logout_at IS NULL FOR UPDATE;
  UPDATE agent_sessions s
  SET status = coalesce(s.after_call, 'available'), after_call = NULL, last_activity = greatest(s.last_activity, at),
      status_since = greatest(s.status_since, at)
  WHERE s.agent_id = agent AND s.logout_at IS NULL AND s.status = 'on_call'
    AND NOT EXISTS (SELECT FROM call_sessions c WHERE c.agent_id = agent AND (c.ended_at IS NULL OR c.awaits_outcome));
END $$;

-- What the regular queue learns from a call: when its user may be called again, whether at all, and how often it was tried.
CREATE FUNCTION learn_from_call(called bigint, outcome_type text, ends_calls boolean, next_after timestamptz, at timestamptz) RETURNS void
  LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO user_call_scores AS s (user_id, is_active, next_call_after, total_attempts, last_outcome, updated_at)
  SELECT u.id, NOT ends_calls, next_after, 1, outcome_type, at FROM users u WHERE u.id = called
  ON CONFLICT (user_id) DO UPDATE
  SET is_active = s.is_active AND excluded.is_active, next_call_after = excluded.next_call_after,
      total_attempts = s.total_attempts + 1, last_outcome = excluded.last_outcome, updated_at = excluded.updated_at;
END $$;
