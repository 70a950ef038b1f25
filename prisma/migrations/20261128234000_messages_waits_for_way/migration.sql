-- As before; a message waits for the provider by which it is sent now, not for the one that had it before.
CREATE OR REPLACE FUNCTION message_waits(m messages, way text) RETURNS text LANGUAGE sql STABLE AS $$
  SELECT CASE
    WHEN m.state <> 'stored' THEN m.event_why
    WHEN m.leased_until > ringback_now() THEN 'A worker has it in hand.'
    WHEN p.transport IS NOT NULL AND p.paused_until IS NULL THEN 'Its provider is paused until somebody resumes it: ' || message_pause_words(p)
    WHEN p.transport IS NOT NULL THEN 'Its provider is paused until '
      || CASE WHEN (p.paused_until AT TIME ZONE 'UTC')::date = (ringback_now() AT TIME ZONE 'UTC')::date THEN '' ELSE to_char(p.paused_until AT TIME ZONE 'UTC', 'FMDD FMMonth ') END
      || to_char(p.paused_until AT TIME ZONE 'UTC', 'HH24:MI') || ' UTC: ' || message_pause_words(p)
    WHEN m.next_attempt_at > ringback_now() THEN m.event_why
    WHEN EXISTS (SELECT FROM messages b WHERE b.conversation_id = m.conversation_id AND b.seq < m.seq AND b.state IN ('stored', 'sending'))
      THEN 'An earlier message of its conversation has not been sent yet; the order is kept.'
    WHEN EXISTS (SELECT FROM message_keys k JOIN message_conversations c ON k.lane = c.channel || ' ' || c.customer_id
                 WHERE c.id = m.conversation_id AND k.seq < m.seq AND k.settled_at IS NULL AND k.queued_at IS NOT NULL)
      THEN 'An earlier message of its conversation is still in the queue; the order is kept.'
    ELSE m.event_why
  END
  FROM (SELECT) one LEFT JOIN message_providers p
    ON p.transport = way AND p.paused_at IS NOT NULL AND (p.paused_until IS NULL OR p.paused_until > ringback_now())
$$;
