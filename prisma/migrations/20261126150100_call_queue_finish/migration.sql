-- Closes the entry of a call that has its outcome. The caller holds both, and knows that the call was not given back.
CREATE FUNCTION finish_entry(finished integer, call bigint, claim_fence integer, at timestamptz, why text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  UPDATE call_queue q SET status = 'completed', closed_at = at, closed_reason = why
  WHERE q.id = finished AND q.status = 'assigned' AND q.call_session_id = call AND q.fence = claim_fence;
  IF NOT FOUND THEN
    RAISE EXCEPTION 'call % is open and its entry % is another''s', call, finished;
  END IF;
END $$;
