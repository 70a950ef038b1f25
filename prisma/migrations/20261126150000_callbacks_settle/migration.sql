-- Locks these callbacks in the order of their ids, so that what is decided about them stays true, and says what they are;
-- one that does not exist is left out.
CREATE FUNCTION lock_callbacks(wanted integer[]) RETURNS SETOF jsonb LANGUAGE plpgsql AS $$
BEGIN
  RETURN QUERY
  SELECT jsonb_build_object(
    'id', c.id, 'userId', c.user_id::text, 'status', c.status, 'scheduledFor', c.scheduled_for, 'promisedFor', c.promised_for,
    'zone', coalesce((SELECT zone_of(u) FROM users u WHERE u.id = c.user_id), c.promised_zone),
    'attempts', c.attempts, 'maxAttempts', c.max_attempts, 'snoozes', c.snoozes, 'acceptedByAgentId', c.accepted_by_agent_id,
    'acceptedByName', (SELECT a.first_name || ' ' || a.last_name FROM agents a WHERE a.id = c.accepted_by_agent_id),
    'preferredAgentId', c.preferred_agent_id, 'callbackReason', c.callback_reason, 'phone', c.phone, 'number', c.number)
  FROM callbacks c WHERE c.id = ANY (wanted) ORDER BY c.id FOR UPDATE OF c;
END $$;

-- Applies an outcome to callbacks that the caller has locked: the only way one is completed or failed, and the only change
-- of `attempts`. Each of `settlements` is {id, kind, why, retryAt, attempts, data}: `attempts` is what it adds.
CREATE FUNCTION settle_callbacks(settlements jsonb, call bigint, agent integer, at timestamptz, actor text) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  settled record;
BEGIN
  FOR settled IN
    SELECT s.id, s.kind, s.why, s."retryAt" AS retry_at, s.attempts, s.data,
           CASE s.kind WHEN 'retried' THEN 'pending' ELSE s.kind END AS status
    FROM jsonb_to_recordset(settlements) AS s(id integer, kind text, why text, "retryAt" timestamptz, attempts integer, data jsonb)
    ORDER BY s.id
  LOOP
    UPDATE callbacks c
    SET status = settled.status, attempts = c.attempts + settled.attempts, scheduled_for = coalesce(settled.retry_at, c.scheduled_for),
        accepted_by_agent_id = CASE WHEN settled.status <> 'pending' THEN c.accepted_by_agent_id END,
        accepted_at = CASE WHEN settled.status <> 'pending' THEN c.accepted_at END,
        completed_call_session_id = CASE WHEN settled.status = 'completed' THEN call END,
        completed_by_agent_id = CASE WHEN settled.status = 'completed' THEN agent END,
        completed_at = CASE WHEN settled.status = 'completed' THEN at END,
        failed_at = CASE WHEN settled.status = 'failed' THEN at END,
        first_taken_at = coalesce(c.first_taken_at, at), failed_ticks = 0, quarantined_at = NULL,
        event_type = settled.kind, event_at = at, event_actor = actor, event_why = settled.why, event_data = settled.data
    WHERE c.id = settled.id AND c.status IN ('pending', 'accepted');
  END LOOP;
END $$;

-- What is still promised to the user, earliest first.
CREATE FUNCTION open_callbacks_of(called bigint) RETURNS jsonb LANGUAGE sql STABLE
BEGIN ATOMIC
  SELECT coalesce(jsonb_agg(jsonb_build_object('id', c.id, 'callbackReason', c.callback_reason,
           'scheduledFor', to_char(c.scheduled_for AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')) ORDER BY c.scheduled_for, c.id), '[]')
  FROM callbacks c WHERE c.user_id = called AND c.status IN ('pending', 'accepted');
END;
