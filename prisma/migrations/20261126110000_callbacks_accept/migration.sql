-- The agent did something: a sign of life.
CREATE FUNCTION note_activity(agent integer, at timestamptz) RETURNS void LANGUAGE sql
BEGIN ATOMIC
  UPDATE agent_sessions s SET last_activity = greatest(s.last_activity, at) WHERE s.agent_id = agent AND s.logout_at IS NULL;
END;

-- The whole of accepting a callback, in one round trip: lock it, read what the rules ask for, apply the first rule that
-- refuses, or else put the one entry of its user at the front for this agent. `refusal` names the rule; `facts` is what its
-- sentence says. Each statement here sees what was committed before it, so what is read after the lock holds.
CREATE FUNCTION accept_callback(wanted integer, agent integer, most_accepted integer, accepted_score integer, at timestamptz, actor text)
  RETURNS TABLE (refusal text, entry_id integer, facts jsonb) LANGUAGE plpgsql AS $$
DECLARE
  callback callbacks;
  found record;
  covered integer[];
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
    -- The other due callbacks of this user stay covered: the new entry names them.
    WITH given_way AS (
      UPDATE call_queue q SET status = 'removed', closed_at = at, closed_reason = 'gives way to accepted callback ' || wanted
      WHERE q.user_id = callback.user_id AND q.status IN ('pending', 'assigned') AND q.call_session_id IS NULL
      RETURNING q.callback_id, q.named_callback_ids
    )
    SELECT coalesce(array_agg(DISTINCT id) FILTER (WHERE id <> wanted), '{}') INTO covered
    FROM given_way g CROSS JOIN LATERAL unnest(g.callback_id || g.named_callback_ids) AS id;
    INSERT INTO call_queue (user_id, queue_type, priority_score, status, queue_reason, assigned_to_agent_id, assigned_at,
                            callback_id, named_callback_ids, available_from, created_at)
    VALUES (callback.user_id, found.queue_type, accepted_score, 'assigned', 'Accepted by ' || found.name || '.', agent, at,
            wanted, covered, at, at)
    RETURNING id INTO entry_id;
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
