-- Handing out a call costs the same however many entries wait and however many agents there are: one statement, a function
-- whose plans each connection keeps, and indexes that give the next entry in one step. Of entries that may not be called
-- now, thousands can have the lowest scores; no claim may walk through them. Therefore:
--   * an entry that begins later is asleep until the tick finds that its time has come, and lies in an index by minutes;
--   * an entry that is awake lies in an index by the hour in which its own hours end, so that those whose hours are over are
--     passed over together. There are as many such groups as hours in a day, at most a few more.
-- Both are hints about where to look: `available_from` and `available_until` decide in each case.

ALTER TABLE call_queue ADD COLUMN is_asleep BOOLEAN NOT NULL DEFAULT false;

CREATE FUNCTION call_queue_falls_asleep() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  NEW.is_asleep := true;
  RETURN NEW;
END $$;
CREATE TRIGGER call_queue_begins_asleep BEFORE INSERT ON call_queue
  FOR EACH ROW WHEN (NEW.available_from > NEW.created_at) EXECUTE FUNCTION call_queue_falls_asleep();
CREATE TRIGGER call_queue_falls_asleep_again BEFORE UPDATE OF available_from ON call_queue
  FOR EACH ROW WHEN (NEW.available_from > OLD.available_from) EXECUTE FUNCTION call_queue_falls_asleep();

UPDATE call_queue SET is_asleep = true WHERE status = 'pending' AND available_from > now();

CREATE FUNCTION hour_of_end(available_until timestamptz) RETURNS timestamptz LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN date_bin('1 hour', coalesce(available_until, 'infinity'), '2000-01-01 00:00:00+00');
CREATE FUNCTION minute_of_start(available_from timestamptz) RETURNS timestamptz LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN date_bin('1 minute', available_from, '2000-01-01 00:00:00+00');

CREATE INDEX call_queue_awake_order ON call_queue (queue_type, hour_of_end(available_until), priority_score, available_from, id)
  WHERE status = 'pending' AND NOT is_asleep;
CREATE INDEX call_queue_asleep_order ON call_queue (queue_type, minute_of_start(available_from), priority_score, available_from, id)
  WHERE status = 'pending' AND is_asleep;
-- What the tick wakes.
CREATE INDEX call_queue_asleep_until ON call_queue (available_from) WHERE status = 'pending' AND is_asleep;

-- Whether the agent may be given this entry, beside its queue and its hours. Do-not-call and a wrong number beat every
-- state; a user and a number are in one call at a time, whoever has it; who released a callback is not given it back soon.
CREATE FUNCTION may_be_given(entry call_queue, agent integer, at timestamptz) RETURNS boolean LANGUAGE plpgsql STABLE AS $$
DECLARE
  called users;
BEGIN
  SELECT * INTO called FROM users u WHERE u.id = entry.user_id AND NOT u.do_not_call AND NOT u.wrong_number;
  RETURN FOUND
    AND (entry.callback_id IS NULL OR NOT EXISTS (
      SELECT FROM callbacks c
      WHERE c.id = entry.callback_id AND c.released_by_agent_id = agent AND (c.released_until <= at) IS NOT TRUE))
    AND NOT EXISTS (
      SELECT FROM call_sessions s
      WHERE s.user_id = entry.user_id AND s.status IN ('initiated', 'ringing', 'in_progress') AND NOT rings_too_long(s, at))
    AND NOT EXISTS (
      SELECT FROM call_sessions s
      WHERE s.number = called.number AND s.status IN ('initiated', 'ringing', 'in_progress') AND NOT rings_too_long(s, at));
END $$;

-- The first `most` entries that the agent may be given at this moment, in calling order: lower score first, then own before
-- unassigned, then the earlier time, then the lower id. The settings make every connection plan it as walks along the
-- indexes, once, whatever the statistics of the table said at that time.
CREATE FUNCTION next_entries(agent integer, wanted text, at timestamptz, most integer) RETURNS SETOF integer
  LANGUAGE plpgsql STABLE ROWS 4
  SET plan_cache_mode = 'force_generic_plan' SET enable_seqscan = off SET enable_bitmapscan = off
  SET enable_hashjoin = off SET enable_mergejoin = off SET enable_sort = off SET jit = off AS $$
DECLARE
  kinds text[];
  is_ai boolean;
BEGIN
  SELECT ARRAY(SELECT k FROM unnest(a.allowed_queues) k WHERE k = coalesce(wanted, k)), a.is_ai_agent
  INTO kinds, is_ai FROM agents a WHERE a.id = agent;
  RETURN QUERY
  WITH own AS (
    SELECT q.id, q.priority_score, 0 AS side, q.available_from FROM call_queue q
    WHERE q.status = 'assigned' AND q.assigned_to_agent_id = agent AND q.call_session_id IS NULL AND q.queue_type = ANY (kinds)
      AND q.available_from <= at AND (q.available_until > at OR q.available_until IS NULL) AND may_be_given(q, agent, at)
    ORDER BY q.priority_score, q.available_from, q.id LIMIT most
  ), awake AS (
    SELECT q.* FROM unnest(kinds) AS k(kind)
    CROSS JOIN LATERAL (
      WITH RECURSIVE hours(ends) AS (
        (SELECT hour_of_end(q.available_until) FROM call_queue q
         WHERE q.status = 'pending' AND NOT q.is_asleep AND q.queue_type = k.kind AND hour_of_end(q.available_until) >= hour_of_end(at)
         ORDER BY hour_of_end(q.available_until) LIMIT 1)
        UNION ALL
        SELECT (SELECT hour_of_end(q.available_until) FROM call_queue q
                WHERE q.status = 'pending' AND NOT q.is_asleep AND q.queue_type = k.kind AND hour_of_end(q.available_until) > hours.ends
                ORDER BY hour_of_end(q.available_until) LIMIT 1)
        FROM hours WHERE hours.ends IS NOT NULL
      )
      SELECT ends FROM hours WHERE ends IS NOT NULL
    ) h
    CROSS JOIN LATERAL (
      SELECT q.id, q.priority_score, 1 AS side, q.available_from FROM call_queue q
      WHERE q.status = 'pending' AND NOT q.is_asleep AND q.queue_type = k.kind AND hour_of_end(q.available_until) = h.ends
        AND q.available_from <= at AND (q.available_until > at OR q.available_until IS NULL) AND may_be_given(q, agent, at)
      ORDER BY q.priority_score, q.available_from, q.id LIMIT most
    ) q
    WHERE NOT is_ai
  ), waking AS (
    SELECT q.* FROM unnest(kinds) AS k(kind)
    CROSS JOIN LATERAL (
      WITH RECURSIVE minutes(starts) AS (
        (SELECT minute_of_start(q.available_from) FROM call_queue q
         WHERE q.status = 'pending' AND q.is_asleep AND q.queue_type = k.kind AND minute_of_start(q.available_from) <= at
         ORDER BY minute_of_start(q.available_from) LIMIT 1)
        UNION ALL
        SELECT (SELECT minute_of_start(q.available_from) FROM call_queue q
                WHERE q.status = 'pending' AND q.is_asleep AND q.queue_type = k.kind
                  AND minute_of_start(q.available_from) > minutes.starts AND minute_of_start(q.available_from) <= at
                ORDER BY minute_of_start(q.available_from) LIMIT 1)
        FROM minutes WHERE minutes.starts IS NOT NULL
      )
      SELECT starts FROM minutes WHERE starts IS NOT NULL
    ) m
    CROSS JOIN LATERAL (
      SELECT q.id, q.priority_score, 1 AS side, q.available_from FROM call_queue q
      WHERE q.status = 'pending' AND q.is_asleep AND q.queue_type = k.kind AND minute_of_start(q.available_from) = m.starts
        AND q.available_from <= at AND (q.available_until > at OR q.available_until IS NULL) AND may_be_given(q, agent, at)
      ORDER BY q.priority_score, q.available_from, q.id LIMIT most
    ) q
    WHERE NOT is_ai
  ), asked_for AS (
    -- An AI agent takes, of what nobody holds, only the callbacks that ask for it.
    SELECT q.id, q.priority_score, 1 AS side, q.available_from
    FROM callbacks c JOIN call_queue q ON q.callback_id = c.id AND q.status IN ('pending', 'assigned')
    WHERE is_ai AND c.preferred_agent_id = agent AND c.status IN ('pending', 'accepted') AND q.status = 'pending'
      AND q.queue_type = ANY (kinds) AND q.available_from <= at AND (q.available_until > at OR q.available_until IS NULL)
      AND may_be_given(q, agent, at)
    ORDER BY q.priority_score, q.available_from, q.id LIMIT most
  )
  SELECT f.id
  FROM (SELECT * FROM own UNION ALL SELECT * FROM awake UNION ALL SELECT * FROM waking UNION ALL SELECT * FROM asked_for) f
  ORDER BY f.priority_score, f.side, f.available_from, f.id LIMIT most;
END $$;

-- The agent is now in a call, and alive. False without an open session.
CREATE FUNCTION begin_call(agent integer, at timestamptz) RETURNS boolean LANGUAGE plpgsql AS $$
BEGIN
  UPDATE agent_sessions s
  SET status = 'on_call', last_activity = greatest(s.last_activity, at),
      status_since = CASE WHEN s.status = 'on_call' THEN s.status_since ELSE greatest(s.status_since, at) END
  WHERE s.agent_id = agent AND s.logout_at IS NULL;
  RETURN FOUND;
END $$;

-- Claims the agent's next entry and opens its call: choose, lock with SKIP LOCKED, mark. Entries that others are claiming at
-- this moment are passed over, and so is one whose callback somebody holds (an accept, a tick): that one may be waiting for
-- the entry, and this claim gives way. Null when nothing waits.
CREATE FUNCTION claim_entry(agent integer, agent_name text, wanted text, at timestamptz, actor text) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
  most integer := 1;
  found_ids integer[];
  tried integer[] := '{}';
  candidate integer;
  entry call_queue;
  opened bigint;
BEGIN
  LOOP
    found_ids := ARRAY(SELECT next_entries(agent, wanted, at, most));
    FOREACH candidate IN ARRAY found_ids LOOP
      CONTINUE WHEN candidate = ANY (tried);
      tried := tried || candidate;
      SELECT q.* INTO entry FROM call_queue q
      WHERE q.id = candidate AND q.call_session_id IS NULL AND q.available_from <= at AND (q.available_until > at OR q.available_until IS NULL)
        AND (q.status = 'pending' OR (q.status = 'assigned' AND q.assigned_to_agent_id = agent))
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
              (SELECT u.number FROM users u WHERE u.id = entry.user_id))
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

-- The whole of taking the next call, in one round trip: the agent's call of now, or else the next. `is_gone` and
-- `other_call_id` (a call that did not come from the queue) say why there is none; no row means that there is no such agent.
CREATE FUNCTION take_next(agent integer, wanted text, at timestamptz, actor text)
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
            'firstName', u.first_name, 'lastName', u.last_name, 'phone', u.phone, 'email', u.email,
            'timeZone', zone_of(u), 'isZoneKnown', u.time_zone IS NOT NULL))
        INTO call FROM call_sessions s JOIN call_queue q ON q.id = s.queue_entry_id JOIN users u ON u.id = q.user_id
        WHERE s.id = opened;
      END IF;
    END IF;
  END IF;
  RETURN NEXT;
END $$;
