-- What a provider called a message before it was redriven: news of those changes nothing any more.
ALTER TABLE messages ADD COLUMN old_provider_ids text[] NOT NULL DEFAULT '{}';

-- Which queue took it: what lies in another than this database cannot be looked for here.
ALTER TABLE message_keys ADD COLUMN queue_backend text NOT NULL DEFAULT 'postgres';

-- Callbacks whose user is reminded by a text, and how far that is: the last event of the callback that was written about, and
-- the time that was announced shortly before.
CREATE TABLE message_reminders (
  callback_id integer PRIMARY KEY REFERENCES callbacks (id) ON DELETE CASCADE,
  handled_seq integer NOT NULL DEFAULT 0,
  lead_for timestamptz(3),
  is_over boolean NOT NULL DEFAULT false
);
CREATE INDEX message_reminders_open ON message_reminders (callback_id) WHERE NOT is_over;
