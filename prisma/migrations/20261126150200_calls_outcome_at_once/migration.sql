-- An outcome is recorded in two round trips: one locks and reads what is decided about, one writes what was decided. What
-- is decided between them (the hours of a retry, the calendar, the sentences) is the application's.

-- The call, and what is known of its number. With an agent, only a call of that agent's own; null if there is none.
CREATE FUNCTION read_call(wanted bigint, of_agent integer) RETURNS jsonb LANGUAGE sql STABLE
BEGIN ATOMIC
  SELECT jsonb_build_object(
    'id', s.id::text, 'userId', s.user_id::text, 'userTimeZone', coalesce(zone_of(u), 'UTC'), 'number', coalesce(s.number, u.number),
    'isOtherNumber', (s.number <> u.number) IS TRUE, 'namedPhone', c.phone, 'isDoNotCall', coalesce(n.do_not_call, u.do_not_call, false),
    'agentId', s.agent_id, 'callbackId', s.callback_id, 'queueEntryId', s.queue_entry_id, 'alsoCovers', coalesce(q.named_callback_ids, '{}'),
    'fence', s.fence, 'status', s.status,
    'lastOutcomeType', s.last_outcome_type, 'notes', s.notes, 'recorded', s.outcome)
  FROM call_sessions s
  LEFT JOIN users u ON u.id = s.user_id
  LEFT JOIN callbacks c ON c.id = s.callback_id
  LEFT JOIN called_numbers n ON n.callback_id = s.callback_id
  LEFT JOIN call_queue q ON q.id = s.queue_entry_id
  WHERE s.id = wanted AND s.agent_id IS NOT DISTINCT FROM coalesce(of_agent, s.agent_id);
END;

-- Locks what an outcome decides about, in the order of all locks (number, callbacks, queue entry, call), and reads it as it
-- is then. `named`: the callback that an inbound conversation settles. `marks_number`: the outcome says something of the
-- number. `later_caller`: who has begun another call for the same, of a call that was given back. No row without the call.
CREATE FUNCTION hold_for_outcome(wanted bigint, of_agent integer, named integer, marks_number boolean)
  RETURNS TABLE (call jsonb, callbacks jsonb, later_caller text, open_callbacks jsonb) LANGUAGE plpgsql AS $$
DECLARE
  held call_sessions;
BEGIN
  call := read_call(wanted, of_agent);
  IF call IS NULL THEN RETURN; END IF;
  SELECT * INTO held FROM call_sessions s WHERE s.id = wanted;

  IF marks_number THEN
    PERFORM FROM phone_numbers p WHERE p.number = call ->> 'number' FOR NO KEY UPDATE;
  END IF;
  callbacks := coalesce((SELECT jsonb_agg(l) FROM lock_callbacks(
    array_remove(ARRAY(SELECT jsonb_array_elements(call -> 'alsoCovers')::integer) || coalesce(held.callback_id, named), NULL)) l), '[]');
  PERFORM FROM call_queue q WHERE q.id = held.queue_entry_id FOR UPDATE;
  PERFORM FROM call_sessions s WHERE s.id = wanted FOR UPDATE;

  call := read_call(wanted, of_agent);
  IF call ->> 'status' = 'abandoned' AND held.queue_entry_id IS NOT NULL THEN
    SELECT coalesce(a.first_name || ' ' || a.last_name, 'Somebody else') INTO later_caller
    FROM call_sessions s LEFT JOIN agents a ON a.id = s.agent_id
    WHERE s.id > wanted AND s.user_id = held.user_id AND (s.queue_entry_id = held.queue_entry_id OR s.callback_id = held.callback_id)
    ORDER BY s.id DESC LIMIT 1;
  END IF;
  open_callbacks := open_callbacks_of(held.user_id);
  RETURN NEXT;
END $$;

-- Writes the outcome and ends the call, then frees the agent who had it at the desk, and keeps what the regular queue learns.
-- The caller holds the call's lock, and has found no outcome.
CREATE FUNCTION write_outcome(recorded bigint, outcome_type text, said text, said_seconds integer, has_promised boolean, request_and_answer jsonb,
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
      outcome = request_and_answer
  WHERE s.id = recorded;
  IF before.agent_id IS NOT NULL AND (before.ended_at IS NULL OR before.awaits_outcome) THEN
    PERFORM end_call(before.agent_id, at);
  END IF;
  PERFORM learn_from_call(before.user_id, outcome_type, ends_calls, next_after, at);
END $$;
