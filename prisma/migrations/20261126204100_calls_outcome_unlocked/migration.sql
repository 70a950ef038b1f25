-- An ordinary outcome is decided about what was read, and written by one statement if that is still so: no lock is held between two
-- round trips.

-- What an outcome decides about, and in `fingerprint` a mark that differs when anything of it has changed. With `locks` it locks the rows
-- first, in the order of all locks (number, callbacks, queue entry, call), and reads them as they are then. `named`: the callback that an
-- inbound conversation settles. `marks_number`: the outcome says something of the number. `later_caller`: who has begun another call for
-- the same, of a call that was given back. No row without the call.
DROP FUNCTION hold_for_outcome(bigint, integer, integer, boolean);
CREATE FUNCTION hold_for_outcome(wanted bigint, of_agent integer, named integer, marks_number boolean, locks boolean)
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
    PERFORM FROM callbacks c WHERE c.id = ANY (settled) ORDER BY c.id FOR UPDATE;
    PERFORM FROM call_queue q WHERE q.id = held.queue_entry_id FOR UPDATE;
    PERFORM FROM call_sessions s WHERE s.id = wanted FOR UPDATE;
  END IF;

  call := read_call(wanted, of_agent);
  callbacks := coalesce((SELECT jsonb_agg(c) FROM read_callbacks(settled) c), '[]');
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
