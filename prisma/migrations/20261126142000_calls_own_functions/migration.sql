-- Each function writes the tables of one module and calls functions of the modules below it: calls -> callbacks -> call-queue ->
-- agents. Taking the next call is an operation of calls and accepting one of callbacks; both stay one statement and one round trip.

-- It wrote the tables of three modules.
DROP FUNCTION claim_entry(integer, text, text, timestamptz, text);

-- ---------------------------------------------------------------- call-queue

-- Chooses the agent's next entry and locks it and its callback with SKIP LOCKED. Entries that others are claiming at this moment
-- are passed over, and so is one whose callback another transaction holds (an accept, a tick): that transaction may be waiting for
-- the entry, and this claim gives way. No row when nothing waits.
CREATE FUNCTION lock_next_entry(agent integer, wanted text, at timestamptz) RETURNS SETOF call_queue LANGUAGE plpgsql ROWS 1 AS $$
DECLARE
  most integer := 4;
  found_ids integer[];
  tried integer[] := '{}';
  candidate integer;
  entry call_queue;
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
      RETURN NEXT entry;
      RETURN;
    END LOOP;
    EXIT WHEN cardinality(found_ids) < most;
    most := most * 4;
  END LOOP;
END $$;

-- The locked entry is now in this call of the agent, under the next fence.
CREATE FUNCTION claim_entry(entry_id integer, agent integer, call bigint, at timestamptz) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  UPDATE call_queue q
  SET status = 'assigned', assigned_to_agent_id = agent, call_session_id = call, fence = q.fence + 1,
      assigned_at = CASE WHEN q.assigned_to_agent_id = agent THEN q.assigned_at ELSE at END, claimed_at = at
  WHERE q.id = entry_id;
END $$;

-- Puts a callback at the front for one agent, in the place of every entry that waits for its user. The other callbacks that those
-- entries stood for stay covered: the new entry names them. Returns the new entry. The caller holds the callback.
CREATE FUNCTION put_at_front(callback integer, called bigint, kind text, agent integer, score integer, why text, at timestamptz)
  RETURNS integer LANGUAGE plpgsql AS $$
DECLARE
  covered integer[];
  made integer;
BEGIN
  WITH given_way AS (
    UPDATE call_queue q SET status = 'removed', closed_at = at, closed_reason = 'gives way to accepted callback ' || callback
    WHERE q.user_id = called AND q.status IN ('pending', 'assigned') AND q.call_session_id IS NULL
    RETURNING q.callback_id, q.named_callback_ids
  )
  SELECT coalesce(array_agg(DISTINCT id) FILTER (WHERE id <> callback), '{}') INTO covered
  FROM given_way g CROSS JOIN LATERAL unnest(g.callback_id || g.named_callback_ids) AS id;
  INSERT INTO call_queue (user_id, queue_type, priority_score, status, queue_reason, assigned_to_agent_id, assigned_at,
                          callback_id, named_callback_ids, available_from, created_at)
  VALUES (called, kind, score, 'assigned', why, agent, at, callback, covered, at, at)
  RETURNING id INTO made;
  RETURN made;
END $$;

-- ---------------------------------------------------------------- callbacks

-- The agent has taken the callback as the next call.
CREATE FUNCTION note_call_started(callback integer, call bigint, agent integer, agent_name text, at timestamptz, actor text) RETURNS void
  LANGUAGE plpgsql AS $$
BEGIN
  UPDATE callbacks c
  SET first_taken_at = coalesce(c.first_taken_at, at), event_type = 'call_started', event_at = at, event_actor = actor,
      event_why = agent_name || ' took it as the next call.',
      event_data = jsonb_build_object('callSessionId', call::text, 'agentId', agent)
  WHERE c.id = callback;
END $$;

-- As before; the entry at the front is made by put_at_front.
CREATE OR REPLACE FUNCTION accept_callback(wanted integer, agent integer, most_accepted integer, accepted_score integer, at timestamptz, actor text)
  RETURNS TABLE (refusal text, entry_id integer, facts jsonb) LANGUAGE plpgsql AS $$
DECLARE
  callback callbacks;
  found record;
BEGIN
  -- Of a crowd that runs for one callback, those who come late need not wait for its lock.
  SELECT * INTO callback FROM callbacks c WHERE c.id = wanted;
  IF callback.status = 'pending' OR callback.accepted_by_agent_id = agent THEN
    SELECT * INTO callback FROM callbacks c WHERE c.id = wanted FOR UPDATE;
  END IF;

  SELECT p.name, p.is_ai_agent, p.gone_since IS NOT NULL AS is_gone, q.type AS queue_type,
         q.type = ANY (p.allowed_queues) AS may_work_queue, coalesce(zone_of(u), callback.promised_zone) AS zone,
         n.do_not_call, n.wrong_number,
         (SELECT a.first_name || ' ' || a.last_name FROM agents a WHERE a.id = callback.accepted_by_agent_id) AS accepted_by,
         (SELECT e.id FROM call_queue e WHERE e.callback_id = wanted AND e.status IN ('pending', 'assigned')) AS own_entry_id,
         (SELECT coalesce(a.first_name || ' ' || a.last_name, 'somebody') FROM call_sessions s LEFT JOIN agents a ON a.id = s.agent_id
           WHERE (s.user_id = callback.user_id OR s.number = n.number) AND s.status IN ('initiated', 'ringing', 'in_progress')
             AND NOT rings_too_long(s, at)
           LIMIT 1) AS caller,
         (SELECT count(*) FROM callbacks c WHERE c.status = 'accepted' AND c.accepted_by_agent_id = agent) AS accepted,
         other.id AS other_id, other.accepted_by AS other_accepted_by
  INTO found
  FROM agent_presence p
  CROSS JOIN LATERAL (SELECT coalesce(
         (SELECT e.queue_type FROM call_queue e WHERE e.user_id = callback.user_id AND e.status IN ('pending', 'assigned')),
         (SELECT t.queue_type FROM user_queue_types t WHERE t.user_id = callback.user_id), 'outstanding_requests') AS type) q
  LEFT JOIN users u ON u.id = callback.user_id
  LEFT JOIN called_numbers n ON n.callback_id = wanted
  LEFT JOIN LATERAL (SELECT c.id, a.first_name || ' ' || a.last_name AS accepted_by
         FROM callbacks c JOIN agents a ON a.id = c.accepted_by_agent_id
         WHERE c.user_id = callback.user_id AND c.status = 'accepted' AND c.id <> wanted) other ON true
  WHERE p.agent_id = agent;

  refusal := CASE
    WHEN callback.id IS NULL THEN 'callback unknown'
    WHEN callback.status = 'accepted' AND callback.accepted_by_agent_id <> agent THEN 'accepted by another'
    WHEN found.name IS NULL THEN 'agent unknown'
    WHEN found.is_gone THEN 'agent not here'
    WHEN callback.status NOT IN ('pending', 'accepted') THEN 'callback ended'
    WHEN callback.status = 'accepted' THEN NULL
    WHEN found.is_ai_agent AND callback.preferred_agent_id IS DISTINCT FROM agent THEN 'AI agent not asked for'
    WHEN NOT found.may_work_queue THEN 'other queue'
    WHEN found.do_not_call THEN 'do not call'
    WHEN found.wrong_number THEN 'wrong number'
    WHEN found.caller IS NOT NULL THEN 'user in a call'
    WHEN found.other_id IS NOT NULL THEN 'other callback accepted'
    WHEN found.accepted >= most_accepted THEN 'too many accepted'
  END;
  entry_id := found.own_entry_id;
  facts := to_jsonb(found) || jsonb_build_object('status', callback.status, 'user_id', callback.user_id::text,
    'promised_for', callback.promised_for, 'phone', callback.phone, 'number', callback.number,
    'accepted_by_agent_id', callback.accepted_by_agent_id);

  IF refusal IS NULL AND callback.status = 'pending' THEN
    entry_id := put_at_front(wanted, callback.user_id, found.queue_type, agent, accepted_score, 'Accepted by ' || found.name || '.', at);
    UPDATE callbacks c
    SET status = 'accepted', accepted_by_agent_id = agent, accepted_at = at,
        first_queued_at = coalesce(c.first_queued_at, at), first_taken_at = coalesce(c.first_taken_at, at),
        -- An agent who gave it back and takes it after all may call at once.
        released_by_agent_id = nullif(c.released_by_agent_id, agent),
        released_until = CASE WHEN c.released_by_agent_id IS DISTINCT FROM agent THEN c.released_until END,
        failed_ticks = 0, quarantined_at = NULL, event_type = 'accepted', event_at = at, event_actor = actor,
        event_why = found.name || ' accepted it.', event_data = jsonb_build_object('agentId', agent, 'entryId', entry_id)
    WHERE c.id = wanted;
    PERFORM note_activity(agent, at);
  END IF;
  RETURN NEXT;
END $$;

-- ---------------------------------------------------------------- calls

-- Opens the call of the agent's next entry; it rings the number that the promise names, or else that of the user. Null when
-- nothing waits.
CREATE FUNCTION start_next_call(agent integer, agent_name text, wanted text, at timestamptz, actor text) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
  entry call_queue;
  opened bigint;
BEGIN
  SELECT * INTO entry FROM lock_next_entry(agent, wanted, at);
  IF NOT FOUND THEN RETURN NULL; END IF;
  INSERT INTO call_sessions (user_id, agent_id, callback_id, queue_entry_id, fence, queue_type, direction, status, started_at, created_at, number)
  VALUES (entry.user_id, agent, entry.callback_id, entry.id, entry.fence + 1, entry.queue_type, 'outbound', 'in_progress', at, at,
          coalesce((SELECT c.number FROM callbacks c WHERE c.id = entry.callback_id),
                   (SELECT u.number FROM users u WHERE u.id = entry.user_id)))
  RETURNING id INTO opened;
  PERFORM claim_entry(entry.id, agent, opened, at);
  IF entry.callback_id IS NOT NULL THEN
    PERFORM note_call_started(entry.callback_id, opened, agent, agent_name, at, actor);
  END IF;
  RETURN opened;
END $$;

-- As before; the call is opened by start_next_call.
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
      opened := coalesce(opened, start_next_call(agent, agent_name, wanted, at, actor));
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
