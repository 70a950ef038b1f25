-- Personal data: a user can be erased, and what ended long ago is deleted. Both must get past the append-only events,
-- and only they can: each says what it is about to do in a setting that ends with its transaction.

ALTER TABLE users ADD COLUMN erased_at TIMESTAMPTZ(3);
ALTER TABLE users
  ADD CONSTRAINT users_erased_are_not_called CHECK (erased_at IS NULL OR do_not_call);

-- `ringback.events_may` is 'erase' or 'retire' for one transaction, and empty in every other.
CREATE OR REPLACE FUNCTION callback_events_are_final() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  may text := coalesce(current_setting('ringback.events_may', true), '');
BEGIN
  IF (TG_OP = 'UPDATE' AND may = 'erase') OR (TG_OP = 'DELETE' AND may = 'retire') THEN
    RETURN NULL;
  END IF;
  RAISE EXCEPTION 'callback_events is append-only'
    USING ERRCODE = 'check_violation', CONSTRAINT = 'callback_events_are_final';
END $$;

-- An erasure changes words. Who did what when, and from which state to which, stays whatever is set.
CREATE FUNCTION callback_events_keep_their_facts() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF (NEW.callback_id, NEW.seq, NEW.at, NEW.type, NEW.actor, NEW.from_status, NEW.to_status)
     IS DISTINCT FROM (OLD.callback_id, OLD.seq, OLD.at, OLD.type, OLD.actor, OLD.from_status, OLD.to_status) THEN
    RAISE EXCEPTION 'callback % event %: only its words can be erased', OLD.callback_id, OLD.seq
      USING ERRCODE = 'check_violation', CONSTRAINT = 'callback_events_keep_their_facts';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER callback_events_keep_their_facts BEFORE UPDATE ON callback_events
  FOR EACH ROW EXECUTE FUNCTION callback_events_keep_their_facts();

-- Events go with their callback and never before it.
CREATE FUNCTION callback_events_go_with_their_callback() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (SELECT FROM old_rows o JOIN callbacks c ON c.id = o.callback_id) THEN
    RAISE EXCEPTION 'the events of a callback are deleted together with it'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'callback_events_go_with_their_callback';
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER callback_events_go_with_their_callback AFTER DELETE ON callback_events
  REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION callback_events_go_with_their_callback();

-- What the retention looks at: what ended, oldest first, and which callback a call completed.
CREATE INDEX callbacks_ended ON callbacks ((coalesce(completed_at, cancelled_at, failed_at)), id)
  WHERE status IN ('completed', 'cancelled', 'failed');
CREATE INDEX callbacks_completed_by_call ON callbacks (completed_call_session_id) WHERE completed_call_session_id IS NOT NULL;
