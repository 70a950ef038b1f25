-- Supervisors move promises to other agents, and agree on another time with the customer.

-- Another time is agreed on by `rescheduled` and by nothing else; to whom it was promised never changes.
CREATE OR REPLACE FUNCTION callbacks_advance_event() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  NEW.event_seq := OLD.event_seq + 1;
  IF NEW.user_id <> OLD.user_id OR (NEW.promised_for <> OLD.promised_for AND NEW.event_type <> 'rescheduled') THEN
    RAISE EXCEPTION 'callback %: promised_for changes by rescheduling only, and user_id never', OLD.id
      USING ERRCODE = 'check_violation', CONSTRAINT = 'callbacks_promise_is_fixed';
  END IF;
  NEW.event_at := greatest(NEW.event_at, OLD.event_at);
  RETURN NEW;
END $$;

-- The columns of a callback that may change, now with what was promised.
CREATE OR REPLACE FUNCTION callback_changes(o callbacks, n callbacks) RETURNS jsonb LANGUAGE sql STABLE AS $$
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
      || CASE WHEN (o.promised_for, o.promised_local, o.promised_zone) IS NOT DISTINCT FROM (n.promised_for, n.promised_local, n.promised_zone) THEN '{}'
         ELSE change_of('promised_for', o.promised_for, n.promised_for)
           || change_of('promised_local', o.promised_local, n.promised_local)
           || change_of('promised_zone', o.promised_zone, n.promised_zone) END
$$;

-- What a calendar shows: a week of callbacks, in whatever state.
CREATE INDEX callbacks_by_time ON callbacks (scheduled_for, id);
