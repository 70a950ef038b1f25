-- The invariants of Ringback as named constraints, unique indexes, triggers and views.
-- The names are part of the contract: `violated()` in lib/db/violated.ts maps them to refusals.

-- The one clock. In test and simulation databases this function reads the row of a clock table instead.
-- Milliseconds, so that an instant survives the way through JavaScript and back unchanged.
CREATE FUNCTION ringback_now() RETURNS timestamptz LANGUAGE sql VOLATILE
  AS $$ SELECT date_trunc('milliseconds', clock_timestamp()) $$;

-- ---------------------------------------------------------------- users and what they owe

ALTER TABLE users
  ADD CONSTRAINT users_phone_is_given CHECK (phone <> '');
ALTER TABLE claims
  ADD CONSTRAINT claims_signature_type_is_known CHECK (signature_type IN ('initial', 'resign'));
ALTER TABLE user_call_scores
  ADD CONSTRAINT user_call_scores_queue_type_is_known
    CHECK (current_queue_type IN ('unsigned_users', 'outstanding_requests')),
  ADD CONSTRAINT user_call_scores_attempts_are_counted CHECK (total_attempts >= 0);

-- Which queue a user belongs to: at most one, the missing signature before the open requirement, the longest
-- waiting first. The only definition of it; the refresh and the tick both read this view.
CREATE VIEW user_queue_types AS
  SELECT DISTINCT ON (user_id) user_id, queue_type, claim_id, waiting_since
  FROM (
    SELECT user_id, 1 AS place, 'unsigned_users' AS queue_type, id AS claim_id, signature_missing_since AS waiting_since
    FROM claims
    WHERE signature_missing_since IS NOT NULL
      AND lower(status) NOT IN ('closed', 'completed', 'complete', 'cancelled', 'withdrawn')
    UNION ALL
    SELECT c.user_id, 2, 'outstanding_requests', c.id, r.created_at
    FROM requirements r JOIN claims c ON c.id = r.claim_id
    WHERE lower(r.status) NOT IN ('done', 'closed', 'completed', 'complete', 'received', 'cancelled', 'waived')
      AND lower(c.status) NOT IN ('closed', 'completed', 'complete', 'cancelled', 'withdrawn')
  ) AS reasons
  ORDER BY user_id, place, waiting_since, claim_id;

-- ---------------------------------------------------------------- agents

ALTER TABLE agents
  ADD CONSTRAINT agents_inactive_has_since CHECK (is_active = (inactive_since IS NULL)),
  ADD CONSTRAINT agents_queues_are_known CHECK (allowed_queues <@ ARRAY['unsigned_users', 'outstanding_requests']);
ALTER TABLE agent_sessions
  ADD CONSTRAINT agent_sessions_status_is_known CHECK (status IN ('available', 'on_call', 'break', 'offline')),
  ADD CONSTRAINT agent_sessions_logout_after_login CHECK (logout_at >= login_at);
CREATE UNIQUE INDEX agent_sessions_one_open_per_agent ON agent_sessions (agent_id) WHERE logout_at IS NULL;

-- Where an agent is now. `gone_since`: inactive, logged out, never logged in or set to offline; a silent agent is
-- not gone by itself, that depends on the grace time of whoever asks.
CREATE VIEW agent_presence AS
  SELECT a.id AS agent_id, a.first_name || ' ' || a.last_name AS name, a.is_ai_agent, a.allowed_queues,
         s.status, s.status_since, s.last_activity,
         CASE WHEN NOT a.is_active THEN a.inactive_since
              WHEN s.id IS NULL THEN a.created_at
              WHEN s.logout_at IS NOT NULL THEN s.logout_at
              WHEN s.status = 'offline' THEN s.status_since
         END AS gone_since
  FROM agents a
  LEFT JOIN LATERAL (
    SELECT * FROM agent_sessions WHERE agent_id = a.id ORDER BY id DESC LIMIT 1
  ) s ON true;

-- ---------------------------------------------------------------- callbacks

-- Half of each page is left free: a callback changes several times in its life, and a new version on the same page
-- needs no new index entries.
ALTER TABLE callbacks SET (fillfactor = 50);
ALTER TABLE callbacks
  ADD CONSTRAINT callbacks_status_is_known
    CHECK (status IN ('pending', 'accepted', 'completed', 'cancelled', 'failed')),
  ADD CONSTRAINT callbacks_accepted_has_who_and_when
    CHECK (status <> 'accepted' OR (accepted_by_agent_id IS NOT NULL AND accepted_at IS NOT NULL)),
  ADD CONSTRAINT callbacks_completed_has_when_and_call
    CHECK (status <> 'completed' OR (completed_at IS NOT NULL AND completed_call_session_id IS NOT NULL)),
  ADD CONSTRAINT callbacks_cancelled_has_who_when_why
    CHECK (status <> 'cancelled' OR (cancelled_by IS NOT NULL AND cancelled_at IS NOT NULL AND cancel_reason IS NOT NULL)),
  ADD CONSTRAINT callbacks_failed_has_when CHECK (status <> 'failed' OR failed_at IS NOT NULL),
  ADD CONSTRAINT callbacks_attempts_within_max CHECK (attempts BETWEEN 0 AND max_attempts),
  ADD CONSTRAINT callbacks_snoozes_match_times CHECK (snoozes = coalesce(cardinality(snoozed_at), 0)),
  ADD CONSTRAINT callbacks_reason_is_short CHECK (char_length(callback_reason) <= 500),
  ADD CONSTRAINT callbacks_events_count_from_one CHECK (event_seq >= 1),
  ADD CONSTRAINT callbacks_preferred_agent_exists FOREIGN KEY (preferred_agent_id) REFERENCES agents (id),
  ADD CONSTRAINT callbacks_accepting_agent_exists FOREIGN KEY (accepted_by_agent_id) REFERENCES agents (id);

CREATE UNIQUE INDEX callbacks_one_accepted_per_user ON callbacks (user_id) WHERE status = 'accepted';
-- What the tick looks at, however many callbacks lie further ahead.
CREATE INDEX callbacks_due ON callbacks (scheduled_for, id) WHERE status IN ('pending', 'accepted');
CREATE INDEX callbacks_of_agent ON callbacks (preferred_agent_id, scheduled_for) WHERE status IN ('pending', 'accepted');
CREATE INDEX callbacks_by_status ON callbacks (status, id DESC);
CREATE INDEX callbacks_of_call ON callbacks (original_call_session_id) WHERE original_call_session_id IS NOT NULL;

-- Every change advances the sequence, and its time never goes back, even when two changes waited for one lock.
CREATE FUNCTION callbacks_advance_event() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.promised_for <> OLD.promised_for OR NEW.user_id <> OLD.user_id THEN
    RAISE EXCEPTION 'callback %: promised_for and user_id never change', OLD.id
      USING ERRCODE = 'check_violation', CONSTRAINT = 'callbacks_promise_is_fixed';
  END IF;
  NEW.event_seq := OLD.event_seq + 1;
  NEW.event_at := greatest(NEW.event_at, OLD.event_at);
  RETURN NEW;
END $$;
CREATE TRIGGER callbacks_advance_event BEFORE UPDATE ON callbacks
  FOR EACH ROW EXECUTE FUNCTION callbacks_advance_event();

-- The part of a callback that its events must replay to.
CREATE FUNCTION callback_state(c callbacks) RETURNS jsonb LANGUAGE sql STABLE AS
  $$ SELECT to_jsonb(c) - ARRAY['event_seq', 'event_at', 'event_type', 'event_actor', 'event_why', 'event_data'] $$;

CREATE FUNCTION change_of(name text, was anyelement, is_now anyelement) RETURNS jsonb LANGUAGE sql STABLE AS
  $$ SELECT CASE WHEN was IS DISTINCT FROM is_now THEN jsonb_build_object(name, is_now) ELSE '{}' END $$;

-- The columns of a callback that may change, each by name, in groups that are passed over when nothing in them did:
-- many times faster than comparing two whole rows as JSON. A column that is forgotten here makes the replay differ,
-- which `npm run verify` and the tests look for.
CREATE FUNCTION callback_changes(o callbacks, n callbacks) RETURNS jsonb LANGUAGE sql STABLE AS $$
  SELECT change_of('first_queued_at', o.first_queued_at, n.first_queued_at)
      || change_of('first_taken_at', o.first_taken_at, n.first_taken_at)
      || CASE WHEN (o.status, o.accepted_by_agent_id, o.accepted_at) IS NOT DISTINCT FROM (n.status, n.accepted_by_agent_id, n.accepted_at) THEN '{}'
         ELSE change_of('status', o.status, n.status)
           || change_of('accepted_by_agent_id', o.accepted_by_agent_id, n.accepted_by_agent_id)
           || change_of('accepted_at', o.accepted_at, n.accepted_at) END
      || CASE WHEN (o.scheduled_for, o.snoozes, o.attempts, o.failed_ticks, o.quarantined_at, o.released_until)
                   IS NOT DISTINCT FROM (n.scheduled_for, n.snoozes, n.attempts, n.failed_ticks, n.quarantined_at, n.released_until) THEN '{}'
         ELSE change_of('scheduled_for', o.scheduled_for, n.scheduled_for)
           || change_of('snoozes', o.snoozes, n.snoozes)
           || change_of('attempts', o.attempts, n.attempts)
           || change_of('failed_ticks', o.failed_ticks, n.failed_ticks)
           || change_of('quarantined_at', o.quarantined_at, n.quarantined_at)
           || change_of('released_until', o.released_until, n.released_until) END
      || CASE WHEN (o.callback_reason, o.preferred_agent_id, o.original_call_session_id, o.max_attempts, o.snoozed_at, o.released_by_agent_id)
                   IS NOT DISTINCT FROM (n.callback_reason, n.preferred_agent_id, n.original_call_session_id, n.max_attempts, n.snoozed_at, n.released_by_agent_id) THEN '{}'
         ELSE change_of('callback_reason', o.callback_reason, n.callback_reason)
           || change_of('preferred_agent_id', o.preferred_agent_id, n.preferred_agent_id)
           || change_of('original_call_session_id', o.original_call_session_id, n.original_call_session_id)
           || change_of('max_attempts', o.max_attempts, n.max_attempts)
           || change_of('snoozed_at', o.snoozed_at, n.snoozed_at)
           || change_of('released_by_agent_id', o.released_by_agent_id, n.released_by_agent_id) END
      || CASE WHEN (o.completed_at, o.completed_call_session_id, o.completed_by_agent_id, o.cancelled_at, o.cancelled_by, o.cancel_reason, o.failed_at)
                   IS NOT DISTINCT FROM (n.completed_at, n.completed_call_session_id, n.completed_by_agent_id, n.cancelled_at, n.cancelled_by, n.cancel_reason, n.failed_at) THEN '{}'
         ELSE change_of('completed_at', o.completed_at, n.completed_at)
           || change_of('completed_call_session_id', o.completed_call_session_id, n.completed_call_session_id)
           || change_of('completed_by_agent_id', o.completed_by_agent_id, n.completed_by_agent_id)
           || change_of('cancelled_at', o.cancelled_at, n.cancelled_at)
           || change_of('cancelled_by', o.cancelled_by, n.cancelled_by)
           || change_of('cancel_reason', o.cancel_reason, n.cancel_reason)
           || change_of('failed_at', o.failed_at, n.failed_at) END
$$;

-- One event per changed row, written by the database itself: there is no way to change a callback without one.
CREATE FUNCTION callbacks_write_created() RETURNS trigger LANGUAGE plpgsql SET timezone = 'UTC' AS $$
BEGIN
  INSERT INTO callback_events (callback_id, seq, at, type, actor, from_status, to_status, why, data, changes)
  SELECT n.id, n.event_seq, n.event_at, n.event_type, n.event_actor, NULL, n.status, n.event_why, n.event_data,
         callback_state(n::callbacks)
  FROM new_rows n;
  RETURN NULL;
END $$;
CREATE TRIGGER callbacks_write_created AFTER INSERT ON callbacks
  REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION callbacks_write_created();

CREATE FUNCTION callbacks_write_events() RETURNS trigger LANGUAGE plpgsql SET timezone = 'UTC' AS $$
BEGIN
  INSERT INTO callback_events (callback_id, seq, at, type, actor, from_status, to_status, why, data, changes)
  SELECT n.id, n.event_seq, n.event_at, n.event_type, n.event_actor, o.status, n.status, n.event_why, n.event_data,
         callback_changes(o::callbacks, n::callbacks)
  FROM new_rows n JOIN old_rows o ON o.id = n.id;
  RETURN NULL;
END $$;
CREATE TRIGGER callbacks_write_events AFTER UPDATE ON callbacks
  REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
  FOR EACH STATEMENT EXECUTE FUNCTION callbacks_write_events();

CREATE FUNCTION callback_events_are_final() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'callback_events is append-only'
    USING ERRCODE = 'check_violation', CONSTRAINT = 'callback_events_are_final';
END $$;
CREATE TRIGGER callback_events_are_final BEFORE UPDATE OR DELETE ON callback_events
  FOR EACH STATEMENT EXECUTE FUNCTION callback_events_are_final();

-- ---------------------------------------------------------------- call queue

ALTER TABLE call_queue SET (fillfactor = 70);
ALTER TABLE call_queue
  ADD CONSTRAINT call_queue_status_is_known CHECK (status IN ('pending', 'assigned', 'completed', 'removed')),
  ADD CONSTRAINT call_queue_type_is_known CHECK (queue_type IN ('unsigned_users', 'outstanding_requests')),
  ADD CONSTRAINT call_queue_assigned_has_agent
    CHECK ((status <> 'assigned' OR (assigned_to_agent_id IS NOT NULL AND assigned_at IS NOT NULL))
       AND (status <> 'pending' OR (assigned_to_agent_id IS NULL AND call_session_id IS NULL))),
  ADD CONSTRAINT call_queue_closed_has_when_and_why
    CHECK ((status IN ('completed', 'removed')) = (closed_at IS NOT NULL AND closed_reason IS NOT NULL)),
  ADD CONSTRAINT call_queue_agent_exists FOREIGN KEY (assigned_to_agent_id) REFERENCES agents (id),
  -- An entry for a callback is an entry for the user of that callback.
  ADD CONSTRAINT call_queue_callback_of_same_user FOREIGN KEY (callback_id, user_id) REFERENCES callbacks (id, user_id);

CREATE UNIQUE INDEX call_queue_one_live_entry_per_callback ON call_queue (callback_id)
  WHERE status IN ('pending', 'assigned');
CREATE UNIQUE INDEX call_queue_one_live_entry_per_user ON call_queue (user_id)
  WHERE status IN ('pending', 'assigned');
-- The calling order, for those nobody owns and for one agent's own.
CREATE INDEX call_queue_unassigned_order ON call_queue (priority_score, available_from, id) WHERE status = 'pending';
CREATE INDEX call_queue_own_order ON call_queue (assigned_to_agent_id, priority_score, available_from, id)
  WHERE status = 'assigned';

-- ---------------------------------------------------------------- calls

ALTER TABLE call_sessions
  ADD CONSTRAINT call_sessions_direction_is_known CHECK (direction IN ('inbound', 'outbound')),
  ADD CONSTRAINT call_sessions_status_is_known
    CHECK (status IN ('initiated', 'ringing', 'in_progress', 'completed', 'missed', 'failed', 'abandoned')),
  ADD CONSTRAINT call_sessions_open_has_no_end
    CHECK ((status IN ('initiated', 'ringing', 'in_progress')) = (ended_at IS NULL)),
  ADD CONSTRAINT call_sessions_outcome_is_known
    CHECK (last_outcome_type IN ('answered', 'no_answer', 'busy', 'voicemail', 'call_back', 'wrong_number',
                                 'do_not_call', 'not_interested', 'signed', 'documents_received')),
  ADD CONSTRAINT call_sessions_outcome_has_when CHECK ((last_outcome_type IS NULL) = (outcome_at IS NULL)),
  ADD CONSTRAINT call_sessions_duration_is_not_negative CHECK (duration_seconds >= 0),
  ADD CONSTRAINT call_sessions_agent_exists FOREIGN KEY (agent_id) REFERENCES agents (id);

CREATE UNIQUE INDEX call_sessions_one_open_per_user ON call_sessions (user_id)
  WHERE status IN ('initiated', 'ringing', 'in_progress');
CREATE UNIQUE INDEX call_sessions_one_open_per_agent ON call_sessions (agent_id)
  WHERE status IN ('initiated', 'ringing', 'in_progress');
CREATE UNIQUE INDEX call_sessions_twilio_sid_is_unique ON call_sessions (twilio_call_sid)
  WHERE twilio_call_sid IS NOT NULL;

-- ---------------------------------------------------------------- the ledger

-- due minus everything the tick accounts for: 0 when the ledger closes.
CREATE FUNCTION tick_difference(t tick_runs) RETURNS integer LANGUAGE sql IMMUTABLE AS $$
  SELECT t.due - t.newly_queued - t.already_queued - t.quarantined
       - coalesce((SELECT sum(value::int) FROM jsonb_each_text(t.deferred)), 0)::int
       - coalesce((SELECT sum(value::int) FROM jsonb_each_text(t.refused)), 0)::int
$$;
