-- A claim's commit does not wait for the disk: all claims take turns, so every worker waited for that flush. A claim that is lost in a
-- crash of the database is made again; its first holder cannot settle the job, because its fence is a value that no other claim has. It
-- was a count in the job before, and the count of a lost claim would have come twice. A worker of the version before finds no function
-- to claim with and waits until it is replaced; what it holds it can settle.

DROP FUNCTION claim_probes(integer);

-- Takes up to `most` conversations that may begin now: of runs and models that nobody has paused, of each model not more than it
-- takes at once, and of the runs in the order of their weights and of what they were served before. `fence` is new for every call.
CREATE FUNCTION claim_probes(most integer, fence uuid)
RETURNS TABLE (id text, attempt integer, retries integer, run_id integer, place integer, model_id text, claimed_at timestamptz)
LANGUAGE plpgsql
-- A plan of a time at which the queue was short stays in use when it is long.
SET enable_seqscan = off
AS $$
#variable_conflict use_column
BEGIN
  -- Everything that a holder of the claim writes later is committed after it, and brings it to the disk as well.
  SET LOCAL synchronous_commit = off;
  PERFORM take_claim_turn();
  RETURN QUERY
  WITH paused AS MATERIALIZED (
    SELECT scope, target FROM job_pauses WHERE ended_at IS NULL AND (until IS NULL OR until > ringback_now())
  ), busy AS MATERIALIZED (
    SELECT substr(group_id, strpos(group_id, '/') + 1) AS model_id, count(*)::int AS running
    FROM pgboss.job_common WHERE name = 'probe_scenario' AND state = 'active' AND group_id IS NOT NULL GROUP BY 1
  ), lanes AS MATERIALIZED (
    SELECT l.lane, l.run_id, l.model_id, s.served, s.weight, least(most, m.at_once - coalesce(b.running, 0)) AS room
    FROM job_lanes l JOIN job_shares s USING (run_id) JOIN job_models m USING (model_id) LEFT JOIN busy b USING (model_id)
    WHERE m.at_once > coalesce(b.running, 0) AND NOT EXISTS (
      SELECT FROM paused p
      WHERE p.scope = 'queue' OR (p.scope = 'run' AND p.target = l.run_id::text) OR (p.scope = 'model' AND p.target = l.model_id))
  ), heads AS MATERIALIZED (
    SELECT l.*, j.id, j.ctid AS place_of_row,
           l.served + row_number() OVER (PARTITION BY l.run_id ORDER BY j.start_after, j.created_on, j.id)::float8 / l.weight AS turn
    FROM lanes l CROSS JOIN LATERAL (
      SELECT id, ctid, start_after, created_on FROM pgboss.job_common
      WHERE name = 'probe_scenario' AND group_id = l.lane AND state < 'active' AND NOT blocked AND start_after <= pgboss.job_now()
      ORDER BY start_after, created_on LIMIT l.room) j
  ), ranked AS (
    SELECT *, row_number() OVER (PARTITION BY model_id ORDER BY turn, run_id) AS of_model FROM heads
  ), chosen AS MATERIALIZED (
    SELECT run_id, place_of_row FROM ranked WHERE of_model <= room ORDER BY turn, run_id LIMIT most
  ), taken AS MATERIALIZED (
    SELECT run_id, count(*)::float8 AS jobs FROM chosen GROUP BY run_id
  ), now_served AS (
    SELECT run_id, s.served + t.jobs / s.weight AS served FROM job_shares s JOIN taken t USING (run_id)
  ), served AS (
    -- A run that could not go on, paused for hours, does not take everything afterwards until it has caught up.
    UPDATE job_shares s SET served = greatest(coalesce(n.served, s.served), front.least)
    FROM (SELECT max(served) - 1 AS least FROM now_served) front, job_shares mine LEFT JOIN now_served n USING (run_id)
    WHERE s.run_id = mine.run_id AND (n.run_id IS NOT NULL OR s.served < front.least)
  )
  UPDATE pgboss.job_common j SET state = 'active', started_on = pgboss.job_now(), heartbeat_on = pgboss.job_now(),
    retry_count = CASE WHEN started_on IS NULL THEN retry_count ELSE retry_count + 1 END,
    data = data || jsonb_build_object('claim', fence)
  FROM chosen c WHERE j.ctid = c.place_of_row AND j.state < 'active'
  RETURNING j.id::text, retry_count + 1, retry_limit - retry_count,
    (data ->> 'runId')::int, (data ->> 'place')::int, substr(group_id, strpos(group_id, '/') + 1), ringback_now();
END $$;
