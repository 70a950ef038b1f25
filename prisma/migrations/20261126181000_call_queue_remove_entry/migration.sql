-- Removes the live entry of a callback, or its name from the entry that stands for it, and says whether that entry is in a call: then
-- nothing is changed. The caller has locked the callback. A function, so that each connection keeps its plans.
CREATE FUNCTION remove_entry(callback integer, why text, at timestamptz) RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE
  entry record;
BEGIN
  SELECT q.id, q.call_session_id IS NOT NULL AS in_call INTO entry FROM live_entries q WHERE q.callback_id = callback FOR UPDATE;
  IF NOT FOUND THEN
    UPDATE live_entries q SET named_callback_ids = array_remove(q.named_callback_ids, callback)
    WHERE q.user_id = (SELECT c.user_id FROM callbacks c WHERE c.id = callback) AND callback = ANY (q.named_callback_ids);
    RETURN false;
  END IF;
  IF entry.in_call THEN RETURN true; END IF;
  UPDATE call_queue q SET status = 'removed', closed_at = at, closed_reason = why WHERE q.id = entry.id;
  RETURN false;
END $$;
