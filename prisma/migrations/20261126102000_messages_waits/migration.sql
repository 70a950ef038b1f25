-- Why a message is where it is, for people, also before its first attempt: `way` is the transport that its channel goes out by.
-- What it waits for is found when it is read; all else its last event says.
CREATE FUNCTION message_waits(m messages, way text) RETURNS text LANGUAGE sql STABLE AS $$
  SELECT CASE
    WHEN m.state <> 'stored' THEN m.event_why
    WHEN m.leased_until > ringback_now() THEN 'A worker has it in hand.'
    WHEN p.transport IS NOT NULL AND p.paused_until IS NULL THEN 'Its provider is held until a supervisor lets it go on: ' || p.pause_why
    WHEN p.transport IS NOT NULL THEN 'Its provider is left alone for a while, until ' || to_char(p.paused_until AT TIME ZONE 'UTC', 'HH24:MI') || ' UTC: ' || p.pause_why
    WHEN m.next_attempt_at > ringback_now() THEN m.event_why
    WHEN EXISTS (SELECT FROM messages b WHERE b.conversation_id = m.conversation_id AND b.seq < m.seq AND b.state IN ('stored', 'sending'))
      THEN 'An earlier message of its conversation has not been sent yet; the order is kept.'
    WHEN EXISTS (SELECT FROM message_keys k JOIN message_conversations c ON k.lane = c.channel || ' ' || c.customer_id
                 WHERE c.id = m.conversation_id AND k.seq < m.seq AND k.settled_at IS NULL AND k.queued_at IS NOT NULL)
      THEN 'An earlier message of its conversation is still in the queue; the order is kept.'
    ELSE m.event_why
  END
  FROM (SELECT) one LEFT JOIN message_providers p
    ON p.transport = coalesce(m.transport, way) AND p.paused_at IS NOT NULL AND (p.paused_until IS NULL OR p.paused_until > ringback_now())
$$;
DROP FUNCTION message_waits(messages);
