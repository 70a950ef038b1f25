-- Evaluation runs: what they are made of, and what decides which of their jobs is worked on next.

-- ---------------------------------------------------------------- the engine

-- Jobs of a lane (a run and a model of it) in the order in which they may begin. pg-boss has no pause, so the claim is ours: it
-- looks for the heads of the lanes that may go on, and never walks past the jobs of one that may not.
CREATE INDEX job_common_lane_heads ON pgboss.job_common (name, group_id, start_after, created_on) WHERE state < 'active';

-- A pause is a record. It holds while it has not ended and `until` has not come.
CREATE TABLE job_pauses (
  id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  scope text NOT NULL,
  -- The id of a run or of a model; '*' for the whole queue.
  target text NOT NULL,
  is_hard boolean NOT NULL,
  is_automatic boolean NOT NULL,
  paused_by text NOT NULL,
  why text,
  started_at timestamptz(3) NOT NULL,
  until timestamptz(3),
  ended_at timestamptz(3),
  ended_by text,
  CONSTRAINT job_pauses_scope_is_known CHECK (scope IN ('run', 'model', 'queue')),
  CONSTRAINT job_pauses_queue_is_whole CHECK ((scope = 'queue') = (target = '*')),
  CONSTRAINT job_pauses_end_has_who CHECK ((ended_at IS NULL) = (ended_by IS NULL))
);
CREATE INDEX job_pauses_open ON job_pauses (scope, target) WHERE ended_at IS NULL;

-- How many conversations one model takes at once: more while it answers, half of it when it says too many.
CREATE TABLE job_models (
  model_id text PRIMARY KEY,
  at_once integer NOT NULL DEFAULT 4,
  successes integer NOT NULL DEFAULT 0,
  cut_at timestamptz(3),
  CONSTRAINT job_models_at_once_is_bounded CHECK (at_once BETWEEN 1 AND 32)
);

-- The runs that have jobs to give out, and how much each has been served: weighted fair queueing. It decides the order alone.
CREATE TABLE job_shares (
  run_id integer PRIMARY KEY,
  weight integer NOT NULL,
  served double precision NOT NULL,
  CONSTRAINT job_shares_weight_is_positive CHECK (weight > 0)
);
CREATE TABLE job_lanes (
  lane text PRIMARY KEY,
  run_id integer NOT NULL,
  model_id text NOT NULL
);
CREATE INDEX job_lanes_of_run ON job_lanes (run_id);

-- Who drains the queues, and when each was seen last.
CREATE TABLE job_workers (
  id text PRIMARY KEY,
  kind text NOT NULL,
  started_at timestamptz(3) NOT NULL,
  seen_at timestamptz(3) NOT NULL,
  CONSTRAINT job_workers_kind_is_known CHECK (kind IN ('worker', 'cron'))
);
CREATE INDEX job_workers_seen ON job_workers (seen_at);

-- ---------------------------------------------------------------- runs

CREATE TABLE run_definitions (
  id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  name text NOT NULL,
  description text,
  scenarios jsonb NOT NULL,
  created_by text NOT NULL,
  created_at timestamptz(3) NOT NULL,
  deleted_at timestamptz(3),
  CONSTRAINT run_definitions_scenarios_are_a_list CHECK (jsonb_typeof(scenarios) = 'array')
);

CREATE TABLE runs (
  id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  definition_id integer NOT NULL,
  definition_name text NOT NULL,
  experiment_id text,
  -- PAUSED is not stored: a run is paused while a pause of its own holds.
  status text NOT NULL DEFAULT 'PENDING',
  priority integer NOT NULL,
  models text[] NOT NULL,
  repetitions integer NOT NULL,
  sample_percentage double precision NOT NULL,
  sample_seed bigint NOT NULL,
  scenario_count integer NOT NULL,
  max_tokens bigint,
  -- How many jobs it has when all are in, and how many are in; sealed when all are, and not completable before.
  total integer NOT NULL,
  queued integer NOT NULL DEFAULT 0,
  sealed_at timestamptz(3),
  created_by text NOT NULL,
  created_at timestamptz(3) NOT NULL,
  started_at timestamptz(3),
  ended_at timestamptz(3),
  changed_at timestamptz(3) NOT NULL,
  CONSTRAINT runs_status_is_known CHECK (status IN ('PENDING', 'RUNNING', 'COMPLETED', 'FAILED', 'CANCELLED')),
  CONSTRAINT runs_end_has_when CHECK ((status IN ('COMPLETED', 'FAILED', 'CANCELLED')) = (ended_at IS NOT NULL)),
  CONSTRAINT runs_sealed_is_whole CHECK ((sealed_at IS NOT NULL) = (queued = total)),
  CONSTRAINT runs_priority_is_known CHECK (priority IN (0, 5, 10)),
  CONSTRAINT runs_ends_sealed CHECK (status NOT IN ('COMPLETED', 'FAILED') OR sealed_at IS NOT NULL)
);
CREATE INDEX runs_by_age ON runs (created_at DESC, id DESC);
CREATE INDEX runs_open ON runs (id) WHERE ended_at IS NULL;

-- A run that has ended stays as it ended.
CREATE FUNCTION runs_end_once() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF OLD.ended_at IS NOT NULL AND NEW.status <> OLD.status THEN
    RAISE EXCEPTION 'run % has ended as %', OLD.id, OLD.status
      USING ERRCODE = 'check_violation', CONSTRAINT = 'runs_end_once';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER runs_end_once BEFORE UPDATE ON runs FOR EACH ROW EXECUTE FUNCTION runs_end_once();

-- The definition as it was when the run began, as far as it was sampled.
CREATE TABLE run_scenarios (
  run_id integer NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
  place integer NOT NULL,
  scenario_id text NOT NULL,
  scenario jsonb NOT NULL,
  PRIMARY KEY (run_id, place)
);

CREATE TABLE run_items (
  run_id integer NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
  place integer NOT NULL,
  scenario_place integer NOT NULL,
  scenario_id text NOT NULL,
  model_id text NOT NULL,
  repetition integer NOT NULL,
  job_id uuid NOT NULL,
  state text NOT NULL DEFAULT 'waiting',
  -- Whether a job of it waits or runs: always while it waits, and again when it is retried after its run has ended.
  is_live boolean NOT NULL DEFAULT true,
  -- How often it was begun without being given back, over all its jobs.
  attempts integer NOT NULL DEFAULT 0,
  class text,
  code text,
  error text,
  throttled_since timestamptz(3),
  started_at timestamptz(3),
  ended_at timestamptz(3),
  turns integer,
  tokens_in bigint,
  tokens_out bigint,
  latency_ms integer,
  finish_reason text,
  PRIMARY KEY (run_id, place),
  CONSTRAINT run_items_state_is_known CHECK (state IN ('waiting', 'completed', 'failed', 'cancelled')),
  CONSTRAINT run_items_waiting_is_live CHECK (state <> 'waiting' OR is_live),
  CONSTRAINT run_items_end_has_when CHECK ((state = 'waiting') = (ended_at IS NULL)),
  CONSTRAINT run_items_failed_has_class CHECK (state <> 'failed' OR class IS NOT NULL)
);
-- No second job for one scenario, model and repetition.
CREATE UNIQUE INDEX run_items_one_per_cell ON run_items (run_id, scenario_id, model_id, repetition);
CREATE UNIQUE INDEX run_items_one_per_job ON run_items (job_id);
-- What progress counts, without looking at the rows themselves.
CREATE INDEX run_items_progress ON run_items (run_id, model_id, state);
CREATE INDEX run_items_open ON run_items (run_id, place) WHERE is_live;
CREATE INDEX run_items_again ON run_items (run_id) WHERE is_live AND state = 'failed';
CREATE INDEX run_items_ended ON run_items (run_id, ended_at DESC, place) WHERE ended_at IS NOT NULL;
CREATE INDEX run_items_pace ON run_items (run_id, model_id, ended_at DESC) WHERE state IN ('completed', 'failed');
CREATE INDEX run_items_throttled ON run_items (run_id, model_id) WHERE throttled_since IS NOT NULL AND is_live;

-- What was said, once for each item.
CREATE TABLE run_transcripts (
  run_id integer NOT NULL,
  place integer NOT NULL,
  attempt integer NOT NULL,
  transcript jsonb NOT NULL,
  stored_at timestamptz(3) NOT NULL,
  PRIMARY KEY (run_id, place),
  FOREIGN KEY (run_id, place) REFERENCES run_items (run_id, place) ON DELETE CASCADE
);

CREATE TABLE run_analyses (
  run_id integer NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
  kind text NOT NULL,
  -- Of how many transcripts; a newer analysis knows more of them.
  transcripts integer NOT NULL,
  result jsonb,
  -- Why there is no result, in a sentence.
  error text,
  computed_at timestamptz(3) NOT NULL,
  PRIMARY KEY (run_id, kind),
  CONSTRAINT run_analyses_kind_is_known CHECK (kind IN ('basic', 'deep'))
);
