-- An entry is offered from `available_from` until before `available_until`: the hours in which its user may be called,
-- worked out by whoever writes the entry, so that handing out a call compares two instants and knows no zone. Null: at any
-- hour, because an agent has accepted it knowingly.
ALTER TABLE call_queue ADD COLUMN available_until TIMESTAMPTZ(3);

-- What waits already gets its hours from the next tick.
UPDATE call_queue SET available_until = now()
WHERE status IN ('pending', 'assigned') AND call_session_id IS NULL AND priority_score > -2000;

-- Regular entries whose hours are over.
CREATE INDEX call_queue_hours_over ON call_queue (available_until)
  WHERE status IN ('pending', 'assigned') AND call_session_id IS NULL AND callback_id IS NULL;
