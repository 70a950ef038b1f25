-- A statement about an array is planned each time it runs, which takes three times as long as running it: callbacks are locked and read one by
-- one, by statements that each connection plans once.

-- What these callbacks are, in the order of their ids; one that does not exist is left out.
CREATE OR REPLACE FUNCTION read_callbacks(wanted integer[]) RETURNS SETOF jsonb LANGUAGE plpgsql STABLE AS $$
DECLARE
  one integer;
BEGIN
  FOR one IN SELECT DISTINCT unnest(wanted) ORDER BY 1 LOOP
    RETURN QUERY
    SELECT jsonb_build_object(
      'id', c.id, 'userId', c.user_id::text, 'status', c.status, 'scheduledFor', c.scheduled_for, 'promisedFor', c.promised_for,
      'zone', coalesce((SELECT zone_of(u) FROM users u WHERE u.id = c.user_id), c.promised_zone),
      'attempts', c.attempts, 'maxAttempts', c.max_attempts, 'snoozes', c.snoozes, 'acceptedByAgentId', c.accepted_by_agent_id,
      'acceptedByName', (SELECT a.first_name || ' ' || a.last_name FROM agents a WHERE a.id = c.accepted_by_agent_id),
      'preferredAgentId', c.preferred_agent_id, 'callbackReason', c.callback_reason, 'phone', c.phone, 'number', c.number,
      'eventSeq', c.event_seq)
    FROM callbacks c WHERE c.id = one;
  END LOOP;
END $$;

-- Locks these callbacks in the order of their ids, so that what is decided about them stays true, and says what they are.
CREATE OR REPLACE FUNCTION lock_callbacks(wanted integer[]) RETURNS SETOF jsonb LANGUAGE plpgsql AS $$
DECLARE
  one integer;
BEGIN
  FOR one IN SELECT DISTINCT unnest(wanted) ORDER BY 1 LOOP
    PERFORM FROM callbacks c WHERE c.id = one FOR UPDATE;
  END LOOP;
  RETURN QUERY SELECT read_callbacks(wanted);
END $$;

-- As before: what an outcome decides about, with `locks` under the locks of its rows in the order of the house.
CREATE OR REPLACE FUNCTION hold_for_outcome(wanted bigint, of_agent integer, named integer, marks_number boolean, locks boolean)
  RETURNS TABLE (call jsonb, callbacks jsonb, later_caller text, open_callbacks jsonb, fingerprint text) LANGUAGE plpgsql AS $$
DECLARE
  held call_sessions;
  settled integer[];
BEGIN
  SELECT * INTO held FROM call_sessions s WHERE s.id = wanted AND s.agent_id IS NOT DISTINCT FROM coalesce(of_agent, s.agent_id);
  IF NOT FOUND THEN RETURN; END IF;
  settled := array_remove(
    coalesce((SELECT q.named_callback_ids FROM call_queue q WHERE q.id = held.queue_entry_id), '{}') || coalesce(held.callback_id, named), NULL);

  IF locks THEN
    IF marks_number THEN
      PERFORM FROM phone_numbers p
      WHERE p.number = coalesce(held.number, (SELECT u.number FROM users u WHERE u.id = held.user_id)) FOR NO KEY UPDATE;
    END IF;
    callbacks := (SELECT jsonb_agg(c) FROM lock_callbacks(settled) c);
    PERFORM FROM call_queue q WHERE q.id = held.queue_entry_id FOR UPDATE;
    PERFORM FROM call_sessions s WHERE s.id = wanted FOR UPDATE;
  ELSE
    callbacks := (SELECT jsonb_agg(c) FROM read_callbacks(settled) c);
  END IF;
  callbacks := coalesce(callbacks, '[]');

  call := read_call(wanted, of_agent);
  IF call ->> 'status' = 'abandoned' AND held.queue_entry_id IS NOT NULL THEN
    SELECT coalesce(a.first_name || ' ' || a.last_name, 'Somebody else') INTO later_caller
    FROM call_sessions s LEFT JOIN agents a ON a.id = s.agent_id
    WHERE s.id > wanted AND s.user_id = held.user_id AND (s.queue_entry_id = held.queue_entry_id OR s.callback_id = held.callback_id)
    ORDER BY s.id DESC LIMIT 1;
  END IF;
  open_callbacks := open_callbacks_of(held.user_id);
  fingerprint := md5(concat_ws(' ', call, callbacks, later_caller, open_callbacks));
  RETURN NEXT;
END $$;
