-- As before; `yields` is that of lock_next_entry. Without it, as the version before calls them, nothing has changed.
DROP FUNCTION take_next(integer, text, timestamptz, text);
DROP FUNCTION start_next_call(integer, text, text, timestamptz, text);

CREATE FUNCTION start_next_call(agent integer, agent_name text, wanted text, at timestamptz, actor text, yields boolean DEFAULT false)
  RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
  entry call_queue;
  opened bigint;
BEGIN
  SELECT * INTO entry FROM lock_next_entry(agent, wanted, at, yields);
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

CREATE FUNCTION take_next(agent integer, wanted text, at timestamptz, actor text, yields boolean DEFAULT false)
  RETURNS TABLE (agent_name text, is_gone boolean, other_call_id bigint, call jsonb) LANGUAGE plpgsql ROWS 1 AS $$
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
      opened := coalesce(opened, start_next_call(agent, agent_name, wanted, at, actor, yields));
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
