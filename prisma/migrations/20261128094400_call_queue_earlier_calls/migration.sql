-- What the queue learns from a call whose outcome comes after that of a later conversation with the user: it counts as an attempt, and
-- neither shortens the rest nor replaces the last outcome.
CREATE FUNCTION learn_from_earlier_call(called bigint, ends_calls boolean, next_after timestamptz, at timestamptz) RETURNS void
  LANGUAGE plpgsql AS $$
BEGIN
  UPDATE user_call_scores s
  SET is_active = s.is_active AND NOT ends_calls, next_call_after = greatest(s.next_call_after, next_after),
      total_attempts = s.total_attempts + 1, updated_at = at
  WHERE s.user_id = called;
END $$;
