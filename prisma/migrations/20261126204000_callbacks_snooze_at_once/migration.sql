-- A snooze is decided about what was read, and written only if that is still so: no lock is held between two round trips.

-- What these callbacks are, in the order of their ids; one that does not exist is left out.
CREATE FUNCTION read_callbacks(wanted integer[]) RETURNS SETOF jsonb LANGUAGE plpgsql STABLE AS $$
BEGIN
  RETURN QUERY
  SELECT jsonb_build_object(
    'id', c.id, 'userId', c.user_id::text, 'status', c.status, 'scheduledFor', c.scheduled_for, 'promisedFor', c.promised_for,
    'zone', coalesce((SELECT zone_of(u) FROM users u WHERE u.id = c.user_id), c.promised_zone),
    'attempts', c.attempts, 'maxAttempts', c.max_attempts, 'snoozes', c.snoozes, 'acceptedByAgentId', c.accepted_by_agent_id,
    'acceptedByName', (SELECT a.first_name || ' ' || a.last_name FROM agents a WHERE a.id = c.accepted_by_agent_id),
    'preferredAgentId', c.preferred_agent_id, 'callbackReason', c.callback_reason, 'phone', c.phone, 'number', c.number,
    'eventSeq', c.event_seq)
  FROM callbacks c WHERE c.id = ANY (wanted) ORDER BY c.id;
END $$;

-- Locks these callbacks in the order of their ids, so that what is decided about them stays true, and says what they are.
CREATE OR REPLACE FUNCTION lock_callbacks(wanted integer[]) RETURNS SETOF jsonb LANGUAGE plpgsql AS $$
BEGIN
  PERFORM FROM callbacks c WHERE c.id = ANY (wanted) ORDER BY c.id FOR UPDATE;
  RETURN QUERY SELECT read_callbacks(wanted);
END $$;

-- Puts a callback off until `later` and removes its entry, if it is as it was after its event `seen`. It says `in call` when the entry is
-- in a call, and `changed` when something has happened to the callback since: then nothing is changed.
DROP FUNCTION snooze_callback(integer, timestamptz, timestamptz, text, text, jsonb);
CREATE FUNCTION snooze_callback(snoozed integer, seen integer, later timestamptz, at timestamptz, actor text, why text, data jsonb) RETURNS text
  LANGUAGE plpgsql AS $$
BEGIN
  PERFORM FROM callbacks c WHERE c.id = snoozed AND c.event_seq = seen FOR UPDATE;
  IF NOT FOUND THEN RETURN 'changed'; END IF;
  IF remove_entry(snoozed, 'snoozed', at) THEN RETURN 'in call'; END IF;
  UPDATE callbacks c
  SET status = 'pending', scheduled_for = later, snoozes = c.snoozes + 1, snoozed_at = c.snoozed_at || at,
      accepted_by_agent_id = NULL, accepted_at = NULL, failed_ticks = 0, quarantined_at = NULL,
      event_type = 'snoozed', event_at = at, event_actor = actor, event_why = why, event_data = data
  WHERE c.id = snoozed;
  RETURN 'snoozed';
END $$;
