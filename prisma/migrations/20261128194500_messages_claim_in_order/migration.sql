-- The claim of queued events reads the index in its order, and stops at the last event that it takes. With the statistics of a young
-- table the planner read and sorted everything that was available, and planning alone took a sixth of the claim.

-- Claims up to `most` events that are available at `at`, the longest available first, for `lease_ms` milliseconds. Simultaneous callers get
-- different events.
CREATE FUNCTION claim_message_events(most integer, at timestamptz, lease_ms float8)
RETURNS TABLE (id uuid, event jsonb, attempt integer, receipt bigint, queued_at timestamptz)
LANGUAGE plpgsql ROWS 100
SET plan_cache_mode = 'force_generic_plan' SET enable_seqscan = off SET enable_bitmapscan = off SET enable_sort = off SET jit = off
AS $$
#variable_conflict use_column
BEGIN
  -- A crash of the database may undo the claim; then the events are claimed again.
  SET LOCAL synchronous_commit = off;
  RETURN QUERY
  WITH due AS MATERIALIZED (
    SELECT seq FROM message_queue WHERE dead_at IS NULL AND available_at <= at
    ORDER BY available_at, seq LIMIT most FOR UPDATE SKIP LOCKED
  )
  UPDATE message_queue q SET attempt = attempt + 1, is_leased = true, available_at = at + lease_ms * interval '1 millisecond'
  WHERE seq = ANY (ARRAY(SELECT seq FROM due))
  RETURNING id, event, attempt, seq, queued_at;
END $$;
