-- What an outcome changes beside promises and entries, as it is before: the call itself, and what the regular queue knows of
-- its user. It is kept with the outcome, so that one that is taken back leaves everything as it was.
CREATE FUNCTION call_before_outcome(s call_sessions) RETURNS jsonb LANGUAGE sql STABLE AS $$
  SELECT jsonb_build_object(
    'status', s.status, 'endedAt', s.ended_at, 'durationSeconds', s.duration_seconds, 'awaitsOutcome', s.awaits_outcome,
    'known', (SELECT jsonb_build_object('isActive', k.is_active, 'nextCallAfter', k.next_call_after,
                                        'totalAttempts', k.total_attempts, 'lastOutcome', k.last_outcome)
              FROM user_call_scores k WHERE k.user_id = s.user_id))
$$;

-- As before, and it keeps how the call was.
CREATE OR REPLACE FUNCTION write_outcome(recorded bigint, outcome_type text, said text, said_seconds integer, has_promised boolean, request_and_answer jsonb,
                                         ends_calls boolean, next_after timestamptz, at timestamptz) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  before call_sessions;
BEGIN
  SELECT * INTO before FROM call_sessions s WHERE s.id = recorded;
  UPDATE call_sessions s
  SET status = CASE WHEN s.ended_at IS NULL OR s.status = 'abandoned' THEN 'completed' ELSE s.status END,
      ended_at = coalesce(s.ended_at, greatest(at, s.started_at)),
      duration_seconds = coalesce(said_seconds, s.duration_seconds, greatest(0, floor(extract(epoch FROM at - s.started_at)))::integer),
      awaits_outcome = false, last_outcome_type = outcome_type, outcome_at = at, notes = said, callback_scheduled = has_promised,
      outcome = request_and_answer || jsonb_build_object('before', call_before_outcome(before))
  WHERE s.id = recorded;
  IF before.agent_id IS NOT NULL AND (before.ended_at IS NULL OR before.awaits_outcome) THEN
    PERFORM end_call(before.agent_id, at);
  END IF;
  PERFORM learn_from_call(before.user_id, outcome_type, ends_calls, next_after, at);
END $$;

-- Locks what taking back an outcome changes, in the order of all locks (callbacks with the one that it promised, queue entry,
-- call), and reads it as it is then. `is_followed`: the user or the number is called again, or the agent has another call.
-- No row without the call.
CREATE FUNCTION hold_for_undo(wanted bigint, of_agent integer)
  RETURNS TABLE (call jsonb, recorded_at timestamptz, before jsonb, awaits_outcome boolean, is_followed boolean) LANGUAGE plpgsql AS $$
DECLARE
  held call_sessions;
  answer jsonb;
BEGIN
  call := read_call(wanted, of_agent);
  IF call IS NULL THEN RETURN; END IF;
  answer := call #> '{recorded,answer}';
  PERFORM lock_callbacks(array_remove(
    ARRAY(SELECT (c ->> 'id')::integer FROM jsonb_path_query(answer, '$.covered[*]') c)
      || (answer #>> '{callback,id}')::integer || (answer ->> 'newCallbackId')::integer, NULL));
  PERFORM FROM call_queue q WHERE q.id = (call ->> 'queueEntryId')::integer FOR UPDATE;
  SELECT * INTO held FROM call_sessions s WHERE s.id = wanted FOR UPDATE;

  -- Another outcome may have been recorded meanwhile: its callbacks are not locked, so it is not the one to take back.
  call := read_call(wanted, of_agent);
  IF call #> '{recorded,answer}' IS DISTINCT FROM answer AND held.outcome_at IS NOT NULL THEN
    call := jsonb_set(call, '{lastOutcomeType}', 'null');
  END IF;
  recorded_at := held.outcome_at;
  before := held.outcome -> 'before';
  awaits_outcome := held.awaits_outcome;
  is_followed := EXISTS (
    SELECT FROM call_sessions o
    WHERE o.id <> held.id
      AND ((o.id > held.id AND (o.user_id = held.user_id OR o.number = held.number))
        OR (o.agent_id = held.agent_id AND (o.ended_at IS NULL OR o.awaits_outcome))));
  RETURN NEXT;
END $$;

-- What was promised changes by rescheduling, and back when the outcome that agreed on another time is taken back.
CREATE OR REPLACE FUNCTION callbacks_advance_event() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  NEW.event_seq := OLD.event_seq + 1;
  IF NEW.user_id <> OLD.user_id
     OR (NEW.promised_for <> OLD.promised_for AND NEW.event_type NOT IN ('rescheduled', 'outcome_undone')) THEN
    RAISE EXCEPTION 'callback %: promised_for changes by rescheduling only, and user_id never', OLD.id
      USING ERRCODE = 'check_violation', CONSTRAINT = 'callbacks_promise_is_fixed';
  END IF;
  NEW.event_at := greatest(NEW.event_at, OLD.event_at);
  RETURN NEW;
END $$;
