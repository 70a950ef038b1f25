-- As before; but what the queue has learnt from a later conversation with the user stands against an outcome that comes after it.
CREATE OR REPLACE FUNCTION write_outcome(recorded bigint, outcome_type text, said text, said_seconds integer, has_promised boolean, request_and_answer jsonb,
                                         ends_calls boolean, next_after timestamptz, at timestamptz) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  before call_sessions;
BEGIN
  SELECT * INTO before FROM call_sessions s WHERE s.id = recorded;
  UPDATE call_sessions s
  SET status = CASE WHEN s.ended_at IS NULL OR s.status = 'abandoned' THEN 'completed' ELSE s.status END,
      ended_at = coalesce(s.ended_at, greatest(at, s.started_at)),
      duration_seconds = coalesce(said_seconds, s.duration_seconds, greatest(0, floor(extract(epoch FROM at - s.started_at)))::integer),
      awaits_outcome = false, last_outcome_type = outcome_type, outcome_at = at, notes = said, callback_scheduled = has_promised,
      outcome = request_and_answer || jsonb_build_object('before', call_before_outcome(before))
  WHERE s.id = recorded;
  IF before.agent_id IS NOT NULL AND (before.ended_at IS NULL OR before.awaits_outcome) THEN
    PERFORM end_call(before.agent_id, at);
  END IF;
  IF EXISTS (SELECT FROM call_sessions l WHERE l.user_id = before.user_id AND l.started_at > before.started_at AND l.outcome_at IS NOT NULL) THEN
    PERFORM learn_from_earlier_call(before.user_id, ends_calls, next_after, at);
  ELSE
    PERFORM learn_from_call(before.user_id, outcome_type, ends_calls, next_after, at);
  END IF;
END $$;
