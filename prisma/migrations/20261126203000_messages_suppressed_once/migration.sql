-- To mail servers the letters of an address are the same, large or small, and so they are to a suppression. Of two that differ in
-- nothing else the one that lasts longer stays.
UPDATE message_suppressions s SET removed_at = ringback_now(), removed_by = 'Ringback', removed_why = 'The same address is suppressed in other letters.'
WHERE s.channel = 'email' AND s.removed_at IS NULL AND EXISTS (
  SELECT FROM message_suppressions o WHERE o.channel = 'email' AND o.removed_at IS NULL AND o.reason = s.reason
    AND lower(o.recipient) = lower(s.recipient) AND lower(o.sender) IS NOT DISTINCT FROM lower(s.sender)
    AND (coalesce(o.expires_at, 'infinity'), -o.id) > (coalesce(s.expires_at, 'infinity'), -s.id));
UPDATE message_suppressions SET recipient = lower(recipient), sender = lower(sender)
WHERE channel = 'email' AND (recipient <> lower(recipient) OR sender <> lower(sender));
ALTER TABLE message_suppressions ADD CONSTRAINT message_suppressions_in_small_letters
  CHECK (channel <> 'email' OR (recipient = lower(recipient) AND sender IS NOT DISTINCT FROM lower(sender)));

-- As before; a pause that ends on another day says which.
CREATE OR REPLACE FUNCTION message_waits(m messages, way text) RETURNS text LANGUAGE sql STABLE AS $$
  SELECT CASE
    WHEN m.state <> 'stored' THEN m.event_why
    WHEN m.leased_until > ringback_now() THEN 'A worker has it in hand.'
    WHEN p.transport IS NOT NULL AND p.paused_until IS NULL THEN 'Its provider is held until a supervisor lets it go on: ' || p.pause_why
    WHEN p.transport IS NOT NULL THEN 'Its provider is left alone for a while, until '
      || CASE WHEN (p.paused_until AT TIME ZONE 'UTC')::date = (ringback_now() AT TIME ZONE 'UTC')::date THEN '' ELSE to_char(p.paused_until AT TIME ZONE 'UTC', 'FMDD FMMonth ') END
      || to_char(p.paused_until AT TIME ZONE 'UTC', 'HH24:MI') || ' UTC: ' || p.pause_why
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
