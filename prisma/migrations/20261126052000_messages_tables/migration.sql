-- Texts and e-mails: accepted, queued, stored in their conversation, sent once, or shown with the reason why not.

-- ---------------------------------------------------------------- accepted

-- What was accepted, one row for each: the caller's key, what it was used for, and the place in the order of acceptance. It is
-- written before the 202, whatever the queue is, and lives as long as the message.
CREATE TABLE message_keys (
  id uuid PRIMARY KEY,
  seq bigint GENERATED ALWAYS AS IDENTITY,
  caller text NOT NULL,
  key text NOT NULL,
  request_hash text NOT NULL,
  -- The conversation, before it is stored: channel and customer. Within it messages keep their order.
  lane text NOT NULL,
  channel text NOT NULL,
  customer_id text NOT NULL,
  encoding text,
  segments integer,
  accepted_at timestamptz(3) NOT NULL,
  -- Null while the queue has not confirmed the event.
  queued_at timestamptz(3),
  -- When the event was stored as a message, or went to the dead letters of the queue.
  settled_at timestamptz(3),
  CONSTRAINT message_keys_once UNIQUE (caller, key),
  CONSTRAINT message_keys_channel_is_known CHECK (channel IN ('sms', 'email')),
  CONSTRAINT message_keys_settles_queued CHECK (settled_at IS NULL OR queued_at IS NOT NULL)
);
CREATE INDEX message_keys_on_their_way ON message_keys (lane, seq) WHERE settled_at IS NULL;

-- The queue of the backend `postgres`. A claim moves available_at on by its lease; the attempt is its fence.
CREATE TABLE message_queue (
  seq bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  id uuid NOT NULL,
  event jsonb NOT NULL,
  available_at timestamptz(3) NOT NULL,
  attempt integer NOT NULL DEFAULT 0,
  is_leased boolean NOT NULL DEFAULT false,
  queued_at timestamptz(3) NOT NULL,
  dead_at timestamptz(3),
  dead_why text,
  CONSTRAINT message_queue_attempts_are_counted CHECK (attempt >= 0),
  CONSTRAINT message_queue_dead_has_why CHECK ((dead_at IS NULL) = (dead_why IS NULL)),
  CONSTRAINT message_queue_dead_is_not_leased CHECK (dead_at IS NULL OR NOT is_leased)
);
CREATE UNIQUE INDEX message_queue_once ON message_queue (id);
CREATE INDEX message_queue_due ON message_queue (available_at, seq) WHERE dead_at IS NULL;
CREATE INDEX message_queue_live ON message_queue (seq) WHERE dead_at IS NULL;
CREATE INDEX message_queue_dead ON message_queue (dead_at, seq) WHERE dead_at IS NOT NULL;

-- ---------------------------------------------------------------- stored

CREATE TABLE message_conversations (
  id uuid PRIMARY KEY,
  customer_id text NOT NULL,
  channel text NOT NULL,
  -- The user of the desk, when the customer is one.
  user_id bigint,
  sent_messages integer NOT NULL DEFAULT 0,
  received_messages integer NOT NULL DEFAULT 0,
  started_at timestamptz(3) NOT NULL,
  last_at timestamptz(3) NOT NULL,
  CONSTRAINT message_conversations_one_each UNIQUE (customer_id, channel),
  CONSTRAINT message_conversations_channel_is_known CHECK (channel IN ('sms', 'email'))
);
CREATE INDEX message_conversations_newest ON message_conversations (last_at DESC, id DESC);
CREATE INDEX message_conversations_of_user ON message_conversations (user_id) WHERE user_id IS NOT NULL;

CREATE TABLE messages (
  id uuid PRIMARY KEY,
  -- The place in the order of acceptance.
  seq bigint NOT NULL,
  conversation_id uuid NOT NULL REFERENCES message_conversations (id),
  direction text NOT NULL,
  channel text NOT NULL,
  sender text NOT NULL,
  recipient text NOT NULL,
  subject text,
  body text NOT NULL,
  body_hash text NOT NULL,
  encoding text,
  segments integer,
  metadata jsonb,
  sent_at timestamptz(3),
  send_after timestamptz(3),
  expires_at timestamptz(3),
  is_urgent boolean NOT NULL DEFAULT false,
  caller text NOT NULL,
  accepted_at timestamptz(3) NOT NULL,
  stored_at timestamptz(3) NOT NULL,

  state text NOT NULL,
  -- From when on it has been waiting to be sent: its age for RETRY_MAX_AGE.
  due_since timestamptz(3) NOT NULL,
  -- Of stored: no attempt begins before. Of unsure: when the provider is asked next.
  next_attempt_at timestamptz(3),
  -- Attempts that began to send and were not deferred.
  attempts integer NOT NULL DEFAULT 0,
  -- Claims, each with a number of its own: a result with an older one changes nothing.
  fence integer NOT NULL DEFAULT 0,
  -- Claims in a row whose worker did not say how they ended.
  crashes integer NOT NULL DEFAULT 0,
  leased_until timestamptz(3),
  attempted_at timestamptz(3),
  transport text,
  provider_id text,
  error_class text,
  error_code text,
  error_sentence text,
  hold_reason text,
  held_until timestamptz(3),
  look_ups integer NOT NULL DEFAULT 0,
  handed_over_at timestamptz(3),
  ended_at timestamptz(3),
  redrives integer NOT NULL DEFAULT 0,

  event_seq integer NOT NULL DEFAULT 1,
  event_at timestamptz(3) NOT NULL,
  event_type text NOT NULL,
  event_actor text NOT NULL,
  event_why text NOT NULL,
  event_data jsonb NOT NULL DEFAULT '{}',

  CONSTRAINT messages_channel_is_known CHECK (channel IN ('sms', 'email')),
  CONSTRAINT messages_direction_is_known CHECK (direction IN ('out', 'in') AND (direction = 'in') = (state = 'received')),
  CONSTRAINT messages_state_is_known CHECK (state IN ('stored', 'sending', 'sent', 'delivered', 'failed', 'bounced', 'no_receipt',
    'unsure', 'held', 'suppressed', 'expired', 'dead', 'received')),
  CONSTRAINT messages_attempts_are_counted CHECK (attempts >= 0 AND fence >= attempts AND crashes >= 0 AND look_ups >= 0),
  CONSTRAINT messages_stored_has_its_time CHECK (state <> 'stored' OR next_attempt_at IS NOT NULL),
  CONSTRAINT messages_sending_has_its_lease CHECK (state <> 'sending' OR (leased_until IS NOT NULL AND transport IS NOT NULL)),
  CONSTRAINT messages_held_has_its_reason CHECK ((state = 'held') = (hold_reason IS NOT NULL)),
  CONSTRAINT messages_handed_over_has_when CHECK (state NOT IN ('sent', 'delivered', 'no_receipt') OR handed_over_at IS NOT NULL),
  CONSTRAINT messages_end_has_when CHECK ((state IN ('delivered', 'failed', 'bounced', 'suppressed', 'expired', 'dead', 'no_receipt')) = (ended_at IS NOT NULL)),
  CONSTRAINT messages_dead_has_its_reason CHECK (state NOT IN ('dead', 'failed', 'bounced') OR error_sentence IS NOT NULL)
);
CREATE INDEX messages_due ON messages (next_attempt_at, seq) WHERE state IN ('stored', 'unsure');
CREATE INDEX messages_in_line ON messages (conversation_id, seq) WHERE state IN ('stored', 'sending');
CREATE INDEX messages_leased ON messages (leased_until) WHERE leased_until IS NOT NULL;
CREATE INDEX messages_held ON messages (held_until) WHERE state = 'held';
CREATE INDEX messages_expiring ON messages (expires_at) WHERE state IN ('stored', 'held') AND expires_at IS NOT NULL;
CREATE INDEX messages_without_receipt ON messages (handed_over_at) WHERE state = 'sent';
CREATE INDEX messages_of_conversation ON messages (conversation_id, seq DESC);
CREATE INDEX messages_by_state ON messages (state, seq DESC);
CREATE INDEX messages_by_age ON messages (seq DESC);
CREATE INDEX messages_by_recipient ON messages (channel, recipient);
CREATE INDEX messages_dead ON messages (error_class, error_code) WHERE state IN ('dead', 'failed', 'bounced');
CREATE UNIQUE INDEX messages_provider_name ON messages (transport, provider_id) WHERE provider_id IS NOT NULL;

-- What happened to a message, in order and for good.
CREATE TABLE message_events (
  message_id uuid NOT NULL,
  seq integer NOT NULL,
  at timestamptz(3) NOT NULL,
  type text NOT NULL,
  actor text NOT NULL,
  from_state text,
  to_state text NOT NULL,
  why text NOT NULL,
  data jsonb NOT NULL DEFAULT '{}',
  PRIMARY KEY (message_id, seq)
);

CREATE FUNCTION messages_write_stored() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO message_events (message_id, seq, at, type, actor, from_state, to_state, why, data)
  SELECT id, event_seq, event_at, event_type, event_actor, NULL, state, event_why, event_data FROM new_rows;
  RETURN NULL;
END $$;
CREATE TRIGGER messages_write_stored AFTER INSERT ON messages
  REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION messages_write_stored();

CREATE FUNCTION messages_write_events() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO message_events (message_id, seq, at, type, actor, from_state, to_state, why, data)
  SELECT n.id, n.event_seq, n.event_at, n.event_type, n.event_actor, o.state, n.state, n.event_why, n.event_data
  FROM new_rows n JOIN old_rows o ON o.id = n.id WHERE n.event_seq <> o.event_seq;
  RETURN NULL;
END $$;
CREATE TRIGGER messages_write_events AFTER UPDATE ON messages
  REFERENCING NEW TABLE AS new_rows OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION messages_write_events();

-- A state changes with an event that says why.
CREATE FUNCTION messages_change_with_event() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'message %: a state changes with an event of its own', OLD.id
    USING ERRCODE = 'check_violation', CONSTRAINT = 'messages_change_with_event';
END $$;
CREATE TRIGGER messages_change_with_event BEFORE UPDATE ON messages FOR EACH ROW
  WHEN (NEW.event_seq <> OLD.event_seq + 1 AND (NEW.state <> OLD.state OR NEW.event_seq <> OLD.event_seq))
  EXECUTE FUNCTION messages_change_with_event();

-- The words of an event may be erased with the person they are about; nothing else in it changes.
CREATE FUNCTION message_events_are_final() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'message_events is append-only'
    USING ERRCODE = 'check_violation', CONSTRAINT = 'message_events_are_final';
END $$;
CREATE TRIGGER message_events_are_final BEFORE UPDATE ON message_events FOR EACH ROW
  WHEN ((NEW.message_id, NEW.seq, NEW.at, NEW.type, NEW.actor, NEW.to_state) IS DISTINCT FROM (OLD.message_id, OLD.seq, OLD.at, OLD.type, OLD.actor, OLD.to_state)
        OR NEW.from_state IS DISTINCT FROM OLD.from_state)
  EXECUTE FUNCTION message_events_are_final();

-- ---------------------------------------------------------------- what providers say, and who is not written to

-- Each event of a provider once, whether we know its message or not.
CREATE TABLE message_provider_events (
  source text NOT NULL,
  event_id text NOT NULL,
  message_id uuid,
  provider_id text,
  status text NOT NULL,
  error_code text,
  received_at timestamptz(3) NOT NULL,
  PRIMARY KEY (source, event_id)
);
CREATE INDEX message_provider_events_of ON message_provider_events (message_id) WHERE message_id IS NOT NULL;
CREATE INDEX message_provider_events_by_name ON message_provider_events (provider_id) WHERE message_id IS NULL;
CREATE INDEX message_provider_events_by_age ON message_provider_events (received_at);

-- A recipient to whom nothing is sent on this channel: by one sender, or by any (null).
CREATE TABLE message_suppressions (
  id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  channel text NOT NULL,
  recipient text NOT NULL,
  sender text,
  reason text NOT NULL,
  source text NOT NULL,
  created_by text NOT NULL,
  created_at timestamptz(3) NOT NULL,
  expires_at timestamptz(3),
  removed_at timestamptz(3),
  removed_by text,
  removed_why text,
  CONSTRAINT message_suppressions_channel_is_known CHECK (channel IN ('sms', 'email')),
  CONSTRAINT message_suppressions_reason_is_known CHECK (reason IN ('stop', 'bounce', 'complaint', 'manual')),
  CONSTRAINT message_suppressions_removal_has_who CHECK ((removed_at IS NULL) = (removed_by IS NULL) AND (removed_at IS NULL) = (removed_why IS NULL))
);
CREATE UNIQUE INDEX message_suppressions_once ON message_suppressions (channel, recipient, coalesce(sender, ''), reason) WHERE removed_at IS NULL;

-- A provider that is left alone: until a time, or until somebody lets it go on. One row that all workers see.
CREATE TABLE message_providers (
  transport text PRIMARY KEY,
  -- The number of the pause; null: it may be used.
  paused_at timestamptz(3),
  paused_until timestamptz(3),
  pause_class text,
  pause_why text,
  -- How many were handed over in the second that began then.
  second_at timestamptz(3),
  in_second integer NOT NULL DEFAULT 0,
  CONSTRAINT message_providers_pause_has_why CHECK ((paused_at IS NULL) = (pause_why IS NULL) AND (paused_at IS NULL) = (pause_class IS NULL)),
  CONSTRAINT message_providers_until_is_of_a_pause CHECK (paused_until IS NULL OR paused_at IS NOT NULL)
);

-- Why a message is where it is, for people. What it waits for is found when it is read; all else its last event says.
CREATE FUNCTION message_waits(m messages) RETURNS text LANGUAGE sql STABLE AS $$
  SELECT CASE
    WHEN m.state <> 'stored' THEN m.event_why
    WHEN m.leased_until > ringback_now() THEN 'A worker has it in hand.'
    WHEN p.transport IS NOT NULL AND p.paused_until IS NULL THEN 'Its provider is held until a supervisor lets it go on: ' || p.pause_why
    WHEN p.transport IS NOT NULL THEN 'Its provider is left alone for a while: ' || p.pause_why
    WHEN m.next_attempt_at > ringback_now() THEN m.event_why
    WHEN EXISTS (SELECT FROM messages b WHERE b.conversation_id = m.conversation_id AND b.seq < m.seq AND b.state IN ('stored', 'sending'))
      THEN 'An earlier message of its conversation has not been sent yet; the order is kept.'
    ELSE m.event_why
  END
  FROM (SELECT) one LEFT JOIN message_providers p
    ON p.transport = m.transport AND p.paused_at IS NOT NULL AND (p.paused_until IS NULL OR p.paused_until > ringback_now())
$$;
