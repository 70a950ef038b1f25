-- Whether the agent may be given an entry is asked of one entry after the other, in calling order, until one is claimed. Asked
-- of the first entries of every group, it took most of the time when many agents claim at once.

-- The first `most` entries of this moment in the queues of the agent, in calling order: lower score first, then own before
-- unassigned, then the earlier time, then the lower id. The settings make every connection plan it as walks along the
-- indexes, once, whatever the statistics of the table said at that time.
CREATE FUNCTION waiting_entries(agent integer, wanted text, at timestamptz, most integer) RETURNS SETOF integer
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
      AND q.available_from <= at AND (q.available_until > at OR q.available_until IS NULL)
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
        AND q.available_from <= at AND (q.available_until > at OR q.available_until IS NULL)
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
        AND q.available_from <= at AND (q.available_until > at OR q.available_until IS NULL)
      ORDER BY q.priority_score, q.available_from, q.id LIMIT most
    ) q
    WHERE NOT is_ai
  ), asked_for AS (
    -- An AI agent takes, of what nobody holds, only the callbacks that ask for it.
    SELECT q.id, q.priority_score, 1 AS side, q.available_from
    FROM callbacks c JOIN call_queue q ON q.callback_id = c.id AND q.status IN ('pending', 'assigned')
    WHERE is_ai AND c.preferred_agent_id = agent AND c.status IN ('pending', 'accepted') AND q.status = 'pending'
      AND q.queue_type = ANY (kinds) AND q.available_from <= at AND (q.available_until > at OR q.available_until IS NULL)
     
    ORDER BY q.priority_score, q.available_from, q.id LIMIT most
  )
  SELECT f.id
  FROM (SELECT * FROM own UNION ALL SELECT * FROM awake UNION ALL SELECT * FROM waking UNION ALL SELECT * FROM asked_for) f
  ORDER BY f.priority_score, f.side, f.available_from, f.id LIMIT most;
END $$;

-- The entry that a claim at this moment would take; null when none waits.
CREATE FUNCTION next_entry(agent integer, wanted text, at timestamptz) RETURNS integer LANGUAGE plpgsql STABLE AS $$
DECLARE
  most integer := 4;
  found_ids integer[];
  candidate integer;
BEGIN
  LOOP
    found_ids := ARRAY(SELECT waiting_entries(agent, wanted, at, most));
    FOREACH candidate IN ARRAY found_ids LOOP
      PERFORM FROM call_queue q WHERE q.id = candidate AND may_be_given(q, agent, at);
      IF FOUND THEN RETURN candidate; END IF;
    END LOOP;
    EXIT WHEN cardinality(found_ids) < most;
    most := most * 4;
  END LOOP;
  RETURN NULL;
END $$;

-- Claims the agent's next entry and opens its call: choose, lock with SKIP LOCKED, mark. Entries that others are claiming at
-- this moment are passed over, and so is one whose callback somebody holds (an accept, a tick): that one may be waiting for
-- the entry, and this claim gives way. Null when nothing waits.
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

DROP FUNCTION next_entries(integer, text, timestamptz, integer);
