-- An outcome that came late to an earlier call has followed, too: taking back the one before it would lose what was learnt from it.

-- Locks what taking back an outcome changes, in the order of all locks (callbacks with the one that it promised, queue entry,
-- call), and reads it as it is then. `is_followed`: the user or the number is called again, an earlier call of them
-- has its outcome since, or the agent has another call.
-- No row without the call.
CREATE OR REPLACE FUNCTION hold_for_undo(wanted bigint, of_agent integer)
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
      AND (((o.id > held.id OR o.outcome_at >= held.outcome_at) AND (o.user_id = held.user_id OR o.number = held.number))
        OR (o.agent_id = held.agent_id AND (o.ended_at IS NULL OR o.awaits_outcome))));
  RETURN NEXT;
END $$;
