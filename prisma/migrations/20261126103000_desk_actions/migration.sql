-- What an agent did in a browser that keeps it until it has been sent, under the id that the browser gave it. The row is
-- written in the transaction of the effect and never deleted, so that what comes again after weeks is not done again.
CREATE TABLE desk_actions (
  id TEXT PRIMARY KEY,
  actor TEXT NOT NULL,
  request TEXT NOT NULL,
  done_at TIMESTAMPTZ(3) NOT NULL,
  applied_at TIMESTAMPTZ(3) NOT NULL,
  CONSTRAINT desk_actions_done_before_applied CHECK (done_at <= applied_at)
);

-- Null: it was not done at a desk that keeps what it does, or before this was noted.
ALTER TABLE callback_events ADD COLUMN action_id TEXT;
ALTER TABLE callback_events ADD CONSTRAINT callback_events_action_exists
  FOREIGN KEY (action_id) REFERENCES desk_actions (id);

-- Every event of a transaction that applies such an action carries its id: the transaction says it in a setting of its own.
CREATE OR REPLACE FUNCTION callbacks_write_events() RETURNS trigger LANGUAGE plpgsql
  SET timezone = 'UTC' SET enable_nestloop = off AS $$
BEGIN
  INSERT INTO callback_events (callback_id, seq, at, type, actor, from_status, to_status, why, data, changes, action_id)
  SELECT n.id, n.event_seq, n.event_at, n.event_type, n.event_actor, o.status, n.status, n.event_why, n.event_data,
         callback_changes(o::callbacks, n::callbacks), nullif(current_setting('ringback.action', true), '')
  FROM new_rows n JOIN old_rows o ON o.id = n.id;
  RETURN NULL;
END $$;
