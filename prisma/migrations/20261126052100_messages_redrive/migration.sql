-- What a provider called a message before it was redriven: news of those changes nothing any more.
ALTER TABLE messages ADD COLUMN old_provider_ids text[] NOT NULL DEFAULT '{}';

-- Which queue took it: what lies in another than this database cannot be looked for here.
ALTER TABLE message_keys ADD COLUMN queue_backend text NOT NULL DEFAULT 'postgres';
