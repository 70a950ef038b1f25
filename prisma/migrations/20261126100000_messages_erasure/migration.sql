-- A person can be erased out of messages, and what ended long ago is deleted.

ALTER TABLE messages ADD COLUMN erased_at timestamptz(3);
ALTER TABLE messages ADD CONSTRAINT messages_erased_hold_no_words CHECK (erased_at IS NULL OR (body = 'Erased' AND body_hash = 'erased'
  AND coalesce(subject, 'Erased') = 'Erased' AND metadata IS NULL AND provider_id IS NULL AND old_provider_ids = '{}'
  AND CASE direction WHEN 'in' THEN sender ELSE recipient END = 'erased'));

-- A worker that was sending an erased message says afterwards what came of it: that stays, but not what the provider said or
-- what it calls the message.
CREATE FUNCTION messages_stay_erased() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  NEW.erased_at := OLD.erased_at;
  NEW.provider_id := NULL;
  NEW.old_provider_ids := '{}';
  NEW.event_data := NEW.event_data - 'said';
  RETURN NEW;
END $$;
CREATE TRIGGER messages_stay_erased BEFORE UPDATE ON messages FOR EACH ROW
  WHEN (OLD.erased_at IS NOT NULL) EXECUTE FUNCTION messages_stay_erased();

-- The news of a provider is known again by a digest, so that it is taken once also after its message was erased.
UPDATE message_provider_events SET event_id = encode(sha256(convert_to(event_id, 'UTF8')), 'hex');

-- The key of the names under which suppressions of erased people are kept; made by the first erasure.
CREATE TABLE message_erasure_key (
  is_only boolean PRIMARY KEY DEFAULT true,
  key bytea NOT NULL,
  CONSTRAINT message_erasure_key_is_only CHECK (is_only)
);

-- Under which name a suppression of this recipient is kept after an erasure: it says nothing by itself, and is found again when
-- somebody writes to the same recipient. Null while nobody was erased.
CREATE FUNCTION message_kept_name(channel text, recipient text) RETURNS text LANGUAGE sql STABLE AS $$
  SELECT 'erased ' || encode(sha256(key || convert_to(channel || ' ' || recipient, 'UTF8')), 'hex') FROM message_erasure_key
$$;

-- The same name, with a key made when there is none yet.
CREATE FUNCTION message_keep_name(channel text, recipient text) RETURNS text LANGUAGE plpgsql VOLATILE AS $$
BEGIN
  INSERT INTO message_erasure_key (key) VALUES (decode(replace(gen_random_uuid()::text || gen_random_uuid()::text, '-', ''), 'hex'))
  ON CONFLICT DO NOTHING;
  RETURN message_kept_name(channel, recipient);
END $$;

-- What the retention looks at, oldest first.
CREATE INDEX messages_over ON messages ((coalesce(ended_at, stored_at))) WHERE ended_at IS NOT NULL OR state = 'received';
