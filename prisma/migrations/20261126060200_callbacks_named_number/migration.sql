-- A promise may name the number that it is for: "on my mobile, this time". It rings that number, and what is known of that
-- number decides whether it may be called. Without one it is for the number of its user. `phone`: as it was given.
ALTER TABLE callbacks
  ADD COLUMN phone TEXT,
  ADD COLUMN number TEXT REFERENCES phone_numbers (number),
  ADD CONSTRAINT callbacks_named_number_is_whole CHECK ((phone IS NULL) = (number IS NULL));
CREATE INDEX callbacks_by_named_number ON callbacks (number) WHERE number IS NOT NULL;
CREATE INDEX callbacks_search_named_phone ON callbacks USING gin (digits_of(phone) gin_trgm_ops) WHERE phone IS NOT NULL;

-- What each promise rings, and whether that may be called. A mark without a number is the user's own, and holds for every
-- number they name. No row for a user whom nobody knows.
CREATE VIEW called_numbers AS
SELECT c.id AS callback_id, c.user_id, coalesce(c.phone, u.phone) AS phone, coalesce(c.number, u.number) AS number,
       CASE WHEN c.number IS NULL OR (u.number IS NULL AND u.do_not_call) THEN u.do_not_call
            ELSE (SELECT p.do_not_call_at IS NOT NULL FROM phone_numbers p WHERE p.number = c.number) END AS do_not_call,
       CASE WHEN c.number IS NULL THEN u.wrong_number
            ELSE (SELECT p.wrong_at IS NOT NULL FROM phone_numbers p WHERE p.number = c.number) END AS wrong_number
FROM callbacks c JOIN users u ON u.id = c.user_id;

-- The columns of a callback that may change, now with the number it names.
CREATE OR REPLACE FUNCTION callback_changes(o callbacks, n callbacks) RETURNS jsonb LANGUAGE sql STABLE AS $$
  SELECT change_of('first_queued_at', o.first_queued_at, n.first_queued_at)
      || change_of('first_taken_at', o.first_taken_at, n.first_taken_at)
      || CASE WHEN (o.status, o.accepted_by_agent_id, o.accepted_at) IS NOT DISTINCT FROM (n.status, n.accepted_by_agent_id, n.accepted_at) THEN '{}'
         ELSE change_of('status', o.status, n.status)
           || change_of('accepted_by_agent_id', o.accepted_by_agent_id, n.accepted_by_agent_id)
           || change_of('accepted_at', o.accepted_at, n.accepted_at) END
      || CASE WHEN (o.scheduled_for, o.snoozes, o.attempts, o.failed_ticks, o.quarantined_at, o.released_until)
                   IS NOT DISTINCT FROM (n.scheduled_for, n.snoozes, n.attempts, n.failed_ticks, n.quarantined_at, n.released_until) THEN '{}'
         ELSE change_of('scheduled_for', o.scheduled_for, n.scheduled_for)
           || change_of('snoozes', o.snoozes, n.snoozes)
           || change_of('attempts', o.attempts, n.attempts)
           || change_of('failed_ticks', o.failed_ticks, n.failed_ticks)
           || change_of('quarantined_at', o.quarantined_at, n.quarantined_at)
           || change_of('released_until', o.released_until, n.released_until) END
      || CASE WHEN (o.callback_reason, o.preferred_agent_id, o.original_call_session_id, o.max_attempts, o.snoozed_at, o.released_by_agent_id)
                   IS NOT DISTINCT FROM (n.callback_reason, n.preferred_agent_id, n.original_call_session_id, n.max_attempts, n.snoozed_at, n.released_by_agent_id) THEN '{}'
         ELSE change_of('callback_reason', o.callback_reason, n.callback_reason)
           || change_of('preferred_agent_id', o.preferred_agent_id, n.preferred_agent_id)
           || change_of('original_call_session_id', o.original_call_session_id, n.original_call_session_id)
           || change_of('max_attempts', o.max_attempts, n.max_attempts)
           || change_of('snoozed_at', o.snoozed_at, n.snoozed_at)
           || change_of('released_by_agent_id', o.released_by_agent_id, n.released_by_agent_id) END
      || CASE WHEN (o.completed_at, o.completed_call_session_id, o.completed_by_agent_id, o.cancelled_at, o.cancelled_by, o.cancel_reason, o.failed_at)
                   IS NOT DISTINCT FROM (n.completed_at, n.completed_call_session_id, n.completed_by_agent_id, n.cancelled_at, n.cancelled_by, n.cancel_reason, n.failed_at) THEN '{}'
         ELSE change_of('completed_at', o.completed_at, n.completed_at)
           || change_of('completed_call_session_id', o.completed_call_session_id, n.completed_call_session_id)
           || change_of('completed_by_agent_id', o.completed_by_agent_id, n.completed_by_agent_id)
           || change_of('cancelled_at', o.cancelled_at, n.cancelled_at)
           || change_of('cancelled_by', o.cancelled_by, n.cancelled_by)
           || change_of('cancel_reason', o.cancel_reason, n.cancel_reason)
           || change_of('failed_at', o.failed_at, n.failed_at) END
      || CASE WHEN (o.phone, o.number) IS NOT DISTINCT FROM (n.phone, n.number) THEN '{}'
         ELSE change_of('phone', o.phone, n.phone) || change_of('number', o.number, n.number) END
      || CASE WHEN (o.promised_for, o.promised_local, o.promised_zone) IS NOT DISTINCT FROM (n.promised_for, n.promised_local, n.promised_zone) THEN '{}'
         ELSE change_of('promised_for', o.promised_for, n.promised_for)
           || change_of('promised_local', o.promised_local, n.promised_local)
           || change_of('promised_zone', o.promised_zone, n.promised_zone) END
$$;

-- Whether the agent may be given this entry, beside its queue and its hours. Do-not-call and a wrong number beat every
-- state; a user and a number are in one call at a time, whoever has it; who released a callback is not given it back soon.
CREATE OR REPLACE FUNCTION may_be_given(entry call_queue, agent integer, at timestamptz) RETURNS boolean LANGUAGE plpgsql STABLE AS $$
DECLARE
  called users;
  promise callbacks;
BEGIN
  SELECT * INTO called FROM users u WHERE u.id = entry.user_id;
  IF NOT FOUND THEN RETURN false; END IF;
  IF entry.callback_id IS NOT NULL THEN
    SELECT * INTO promise FROM callbacks c WHERE c.id = entry.callback_id;
    IF promise.released_by_agent_id = agent AND (promise.released_until <= at) IS NOT TRUE THEN RETURN false; END IF;
  END IF;
  IF promise.number IS NULL THEN
    IF called.do_not_call OR called.wrong_number THEN RETURN false; END IF;
  ELSE
    PERFORM FROM called_numbers n WHERE n.callback_id = promise.id AND NOT n.do_not_call AND NOT n.wrong_number;
    IF NOT FOUND THEN RETURN false; END IF;
  END IF;
  RETURN NOT EXISTS (
      SELECT FROM call_sessions s
      WHERE s.user_id = entry.user_id AND s.status IN ('initiated', 'ringing', 'in_progress') AND NOT rings_too_long(s, at))
    AND NOT EXISTS (
      SELECT FROM call_sessions s
      WHERE s.number = coalesce(promise.number, called.number) AND s.status IN ('initiated', 'ringing', 'in_progress')
        AND NOT rings_too_long(s, at));
END $$;

-- As before, and the call that is opened rings the number that the promise names.
CREATE OR REPLACE FUNCTION claim_entry(agent integer, agent_name text, wanted text, at timestamptz, actor text) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
  most integer := 4;
  found_ids integer[];
  tried integer[] := '{}';
  candidate integer;
  entry call_queue;
  opened bigint;
BEGIN
  LOOP
    found_ids := ARRAY(SELECT waiting_entries(agent, wanted, at, most));
    FOREACH candidate IN ARRAY found_ids LOOP
      CONTINUE WHEN candidate = ANY (tried);
      tried := tried || candidate;
      SELECT q.* INTO entry FROM call_queue q
      WHERE q.id = candidate AND q.call_session_id IS NULL AND q.available_from <= at AND (q.available_until > at OR q.available_until IS NULL)
        AND (q.status = 'pending' OR (q.status = 'assigned' AND q.assigned_to_agent_id = agent)) AND may_be_given(q, agent, at)
      FOR UPDATE SKIP LOCKED;
      CONTINUE WHEN NOT FOUND;
      IF entry.callback_id IS NOT NULL THEN
        PERFORM FROM callbacks c
        WHERE c.id = entry.callback_id AND (c.status = 'pending' OR (c.status = 'accepted' AND c.accepted_by_agent_id = agent))
        FOR UPDATE SKIP LOCKED;
        CONTINUE WHEN NOT FOUND;
      END IF;
      INSERT INTO call_sessions (user_id, agent_id, callback_id, queue_entry_id, fence, queue_type, direction, status, started_at, created_at, number)
      VALUES (entry.user_id, agent, entry.callback_id, entry.id, entry.fence + 1, entry.queue_type, 'outbound', 'in_progress', at, at,
              coalesce((SELECT c.number FROM callbacks c WHERE c.id = entry.callback_id),
                       (SELECT u.number FROM users u WHERE u.id = entry.user_id)))
      RETURNING id INTO opened;
      UPDATE call_queue q
      SET status = 'assigned', assigned_to_agent_id = agent, call_session_id = opened, fence = q.fence + 1,
          assigned_at = CASE WHEN q.assigned_to_agent_id = agent THEN q.assigned_at ELSE at END, claimed_at = at
      WHERE q.id = entry.id;
      UPDATE callbacks c
      SET first_taken_at = coalesce(c.first_taken_at, at), event_type = 'call_started', event_at = at, event_actor = actor,
          event_why = agent_name || ' took it as the next call.',
          event_data = jsonb_build_object('callSessionId', opened::text, 'agentId', agent)
      WHERE c.id = entry.callback_id;
      RETURN opened;
    END LOOP;
    EXIT WHEN cardinality(found_ids) < most;
    most := most * 4;
  END LOOP;
  RETURN NULL;
END $$;

-- As before, and shows the number that is rung.
CREATE OR REPLACE FUNCTION take_next(agent integer, wanted text, at timestamptz, actor text)
  RETURNS TABLE (agent_name text, is_gone boolean, other_call_id bigint, call jsonb) LANGUAGE plpgsql AS $$
DECLARE
  opened bigint;
  entry_id integer;
BEGIN
  -- One request of an agent at a time: the second finds the call of the first. No logout comes between, either.
  PERFORM FROM agent_sessions s WHERE s.agent_id = agent AND s.logout_at IS NULL FOR NO KEY UPDATE;
  SELECT p.name, p.gone_since IS NOT NULL INTO agent_name, is_gone FROM agent_presence p WHERE p.agent_id = agent;
  IF NOT FOUND THEN RETURN; END IF;
  IF NOT is_gone THEN
    SELECT s.id, s.queue_entry_id INTO opened, entry_id FROM call_sessions s
    WHERE s.agent_id = agent AND (s.ended_at IS NULL OR s.awaits_outcome)
    ORDER BY s.ended_at DESC NULLS FIRST, s.id LIMIT 1;
    IF FOUND AND entry_id IS NULL THEN
      other_call_id := opened;
    ELSE
      opened := coalesce(opened, claim_entry(agent, agent_name, wanted, at, actor));
      IF opened IS NOT NULL THEN
        PERFORM begin_call(agent, at);
        SELECT jsonb_build_object(
          'queueEntryId', q.id, 'callSessionId', opened::text, 'callbackId', q.callback_id, 'userId', q.user_id::text,
          'queueType', q.queue_type, 'priorityScore', q.priority_score, 'user', jsonb_build_object(
            'firstName', u.first_name, 'lastName', u.last_name, 'phone', coalesce(c.phone, u.phone), 'email', u.email,
            'timeZone', zone_of(u), 'isZoneKnown', u.time_zone IS NOT NULL))
        INTO call FROM call_sessions s JOIN call_queue q ON q.id = s.queue_entry_id JOIN users u ON u.id = q.user_id
        LEFT JOIN callbacks c ON c.id = q.callback_id
        WHERE s.id = opened;
      END IF;
    END IF;
  END IF;
  RETURN NEXT;
END $$;
