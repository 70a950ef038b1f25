import { sql } from "#lib/database/sql";
import type { Invariant } from "../module.ts";

/** The invariants of evaluation runs and their jobs. */
export const invariants: readonly Invariant[] = [
  {
    id: "run-ends-with-its-items",
    sentence: "A run has completed or failed only when all of its items are there and none of them waits.",
    statement: sql`SELECT 'run ' || r.id AS example FROM runs r
      WHERE r.status IN ('COMPLETED', 'FAILED')
        AND (EXISTS (SELECT FROM run_items i WHERE i.run_id = r.id AND i.state = 'waiting')
             OR r.total <> (SELECT count(*) FROM run_items i WHERE i.run_id = r.id))`,
  },
  {
    id: "run-has-failed-with-all-its-items",
    sentence: "A run that completed has a result, and one that failed had none when it ended.",
    statement: sql`SELECT 'run ' || r.id AS example FROM runs r
      WHERE r.status IN ('COMPLETED', 'FAILED') AND (r.status = 'COMPLETED') <> EXISTS (
        SELECT FROM run_items i WHERE i.run_id = r.id AND i.state = 'completed' AND (r.status = 'COMPLETED' OR i.ended_at < r.ended_at))`,
  },
  {
    id: "run-is-filled-as-it-says",
    sentence: "A run has as many items as it says are queued.",
    statement: sql`SELECT 'run ' || r.id AS example FROM runs r
      WHERE r.queued <> (SELECT count(*) FROM run_items i WHERE i.run_id = r.id)`,
  },
  {
    id: "run-counts-are-its-items",
    sentence: "The counts of a run are the sums over its items.",
    statement: sql`SELECT DISTINCT 'run ' || run_id AS example FROM (
        SELECT run_id, model_id, total, completed, failed, cancelled, live, throttled, tokens FROM run_counts
        UNION ALL
        SELECT run_id, model_id, -1, -(state = 'completed')::int, -(state = 'failed')::int, -(state = 'cancelled')::int, -is_live::int,
               -(is_live AND throttled_since IS NOT NULL)::int,
               CASE WHEN state IN ('completed', 'failed') THEN -coalesce(tokens_in, 0) - coalesce(tokens_out, 0) ELSE 0 END
        FROM run_items) both_sides
      GROUP BY run_id, model_id
      HAVING (sum(total), sum(completed), sum(failed), sum(cancelled), sum(live), sum(throttled), sum(tokens)) <> (0, 0, 0, 0, 0, 0, 0)`,
  },
  {
    id: "item-has-its-one-result",
    sentence: "An item is completed exactly when its transcript is stored.",
    statement: sql`SELECT 'item ' || i.run_id || '-' || i.place AS example
      FROM run_items i LEFT JOIN run_transcripts t USING (run_id, place) WHERE (i.state = 'completed') <> (t.run_id IS NOT NULL)`,
  },
  {
    id: "nothing-begins-while-paused",
    sentence: "No conversation began after a pause that holds it.",
    // pg-boss counts microseconds, a pause milliseconds.
    statement: sql`SELECT 'job ' || j.id || ' of pause ' || p.id AS example FROM pgboss.job_common j JOIN job_pauses p
        ON p.scope = 'queue' OR p.target = CASE p.scope WHEN 'run' THEN j.data ->> 'runId' ELSE substr(j.group_id, strpos(j.group_id, '/') + 1) END
      WHERE j.name = 'probe_scenario' AND j.state = 'active' AND p.ended_at IS NULL AND (p.until IS NULL OR p.until > ringback_now())
        AND j.started_on > p.started_at + interval '1 millisecond'`,
  },
  {
    id: "no-more-attempts-than-allowed",
    sentence: "A job is retried at most as often as its queue allows.",
    statement: sql`SELECT 'job ' || id AS example FROM pgboss.job_common WHERE retry_count > retry_limit`,
  },
];
