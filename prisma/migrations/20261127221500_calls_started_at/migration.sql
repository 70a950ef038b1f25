-- A call as an outcome needs it, with its start: no outcome lasts longer than its call.
CREATE OR REPLACE FUNCTION read_call(wanted bigint, of_agent integer) RETURNS jsonb LANGUAGE sql STABLE
BEGIN ATOMIC
  SELECT jsonb_build_object(
    'id', s.id::text, 'userId', s.user_id::text, 'userTimeZone', coalesce(zone_of(u), 'UTC'), 'number', coalesce(s.number, u.number),
    'isOtherNumber', (s.number <> u.number) IS TRUE, 'ownNumber', u.number, 'namedPhone', c.phone,
    'isDoNotCall', coalesce(n.do_not_call, u.do_not_call, false),
    'agentId', s.agent_id, 'callbackId', s.callback_id, 'queueEntryId', s.queue_entry_id,
    'isEntryLive', (q.status IN ('pending', 'assigned')) IS TRUE, 'alsoCovers', coalesce(q.named_callback_ids, '{}'),
    'fence', s.fence, 'status', s.status, 'startedAt', s.started_at, 'endedAt', s.ended_at,
    'lastOutcomeType', s.last_outcome_type, 'notes', s.notes, 'recorded', s.outcome)
  FROM call_sessions s
  LEFT JOIN users u ON u.id = s.user_id
  LEFT JOIN callbacks c ON c.id = s.callback_id
  LEFT JOIN called_numbers n ON n.callback_id = s.callback_id
  LEFT JOIN call_queue q ON q.id = s.queue_entry_id
  WHERE s.id = wanted AND s.agent_id IS NOT DISTINCT FROM coalesce(of_agent, s.agent_id);
END;
