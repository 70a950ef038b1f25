-- How many items of a run and a model are in each state, so that no reader counts a million rows; and what happened to an item on its way.

-- ---------------------------------------------------------------- counts

-- Kept by the statement that changes an item, in its transaction. In sixteen parts, so that workers that settle items of one model at the
-- same moment seldom wait for each other; a reader adds them up.
CREATE TABLE run_counts (
  run_id integer NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
  model_id text NOT NULL,
  part integer NOT NULL,
  total integer NOT NULL DEFAULT 0,
  completed integer NOT NULL DEFAULT 0,
  failed integer NOT NULL DEFAULT 0,
  cancelled integer NOT NULL DEFAULT 0,
  live integer NOT NULL DEFAULT 0,
  throttled integer NOT NULL DEFAULT 0,
  tokens bigint NOT NULL DEFAULT 0,
  PRIMARY KEY (run_id, model_id, part)
) WITH (fillfactor = 50);

-- When a run's counts were last compared with its items.
ALTER TABLE runs ADD COLUMN counted_at timestamptz(3);
CREATE INDEX runs_ended ON runs (ended_at) WHERE ended_at IS NOT NULL;
CREATE INDEX runs_uncounted ON runs (id) WHERE ended_at IS NOT NULL AND (counted_at IS NULL OR counted_at <= ended_at);

-- The part is a hash: places count models fastest, so their last digits name models. Several rows are taken in the order of the
-- key, so that two statements that change many items wait for each other and do not deadlock.
CREATE FUNCTION run_items_counted() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'INSERT' THEN
    INSERT INTO run_counts AS c
      SELECT run_id, model_id, hashint4(place) & 15 AS part, count(*) AS total, count(*) FILTER (WHERE state = 'completed') AS completed,
             count(*) FILTER (WHERE state = 'failed') AS failed, count(*) FILTER (WHERE state = 'cancelled') AS cancelled,
             count(*) FILTER (WHERE is_live) AS live, count(*) FILTER (WHERE is_live AND throttled_since IS NOT NULL) AS throttled,
             coalesce(sum((coalesce(tokens_in, 0) + coalesce(tokens_out, 0))) FILTER (WHERE state IN ('completed', 'failed')), 0) AS tokens
      FROM added GROUP BY 1, 2, 3 ORDER BY 1, 2, 3
    ON CONFLICT (run_id, model_id, part) DO UPDATE SET total = c.total + EXCLUDED.total, completed = c.completed + EXCLUDED.completed,
      failed = c.failed + EXCLUDED.failed, cancelled = c.cancelled + EXCLUDED.cancelled, live = c.live + EXCLUDED.live,
      throttled = c.throttled + EXCLUDED.throttled, tokens = c.tokens + EXCLUDED.tokens;
  ELSIF TG_OP = 'UPDATE' THEN
    INSERT INTO run_counts AS c SELECT * FROM (
      SELECT run_id, model_id, hashint4(place) & 15 AS part, sum(sign) AS total, coalesce(sum(sign) FILTER (WHERE state = 'completed'), 0) AS completed,
             coalesce(sum(sign) FILTER (WHERE state = 'failed'), 0) AS failed, coalesce(sum(sign) FILTER (WHERE state = 'cancelled'), 0) AS cancelled,
             coalesce(sum(sign) FILTER (WHERE is_live), 0) AS live, coalesce(sum(sign) FILTER (WHERE is_live AND throttled_since IS NOT NULL), 0) AS throttled,
             coalesce(sum(sign * (coalesce(tokens_in, 0) + coalesce(tokens_out, 0))) FILTER (WHERE state IN ('completed', 'failed')), 0) AS tokens
      FROM (SELECT 1 AS sign, * FROM added UNION ALL SELECT -1, * FROM removed) changed GROUP BY 1, 2, 3) delta
      WHERE (total, completed, failed, cancelled, live, throttled, tokens) <> (0, 0, 0, 0, 0, 0, 0) ORDER BY run_id, model_id, part
    ON CONFLICT (run_id, model_id, part) DO UPDATE SET total = c.total + EXCLUDED.total, completed = c.completed + EXCLUDED.completed,
      failed = c.failed + EXCLUDED.failed, cancelled = c.cancelled + EXCLUDED.cancelled, live = c.live + EXCLUDED.live,
      throttled = c.throttled + EXCLUDED.throttled, tokens = c.tokens + EXCLUDED.tokens;
  ELSE
    -- The counts of a run that is deleted go with it; nothing is inserted here that would outlive it.
    UPDATE run_counts c SET total = c.total - gone.total, completed = c.completed - gone.completed, failed = c.failed - gone.failed,
      cancelled = c.cancelled - gone.cancelled, live = c.live - gone.live, throttled = c.throttled - gone.throttled,
      tokens = c.tokens - gone.tokens
    FROM (
      SELECT run_id, model_id, hashint4(place) & 15 AS part, count(*) AS total, count(*) FILTER (WHERE state = 'completed') AS completed,
             count(*) FILTER (WHERE state = 'failed') AS failed, count(*) FILTER (WHERE state = 'cancelled') AS cancelled,
             count(*) FILTER (WHERE is_live) AS live, count(*) FILTER (WHERE is_live AND throttled_since IS NOT NULL) AS throttled,
             coalesce(sum((coalesce(tokens_in, 0) + coalesce(tokens_out, 0))) FILTER (WHERE state IN ('completed', 'failed')), 0) AS tokens
      FROM removed GROUP BY 1, 2, 3) gone
    WHERE (c.run_id, c.model_id, c.part) = (gone.run_id, gone.model_id, gone.part);
  END IF;
  RETURN NULL;
END $$;

CREATE TRIGGER run_items_counted_in AFTER INSERT ON run_items REFERENCING NEW TABLE AS added
  FOR EACH STATEMENT EXECUTE FUNCTION run_items_counted();
CREATE TRIGGER run_items_counted_on AFTER UPDATE ON run_items REFERENCING NEW TABLE AS added OLD TABLE AS removed
  FOR EACH STATEMENT EXECUTE FUNCTION run_items_counted();
CREATE TRIGGER run_items_counted_out AFTER DELETE ON run_items REFERENCING OLD TABLE AS removed
  FOR EACH STATEMENT EXECUTE FUNCTION run_items_counted();

-- The items there are already.
INSERT INTO run_counts
      SELECT run_id, model_id, hashint4(place) & 15 AS part, count(*) AS total, count(*) FILTER (WHERE state = 'completed') AS completed,
             count(*) FILTER (WHERE state = 'failed') AS failed, count(*) FILTER (WHERE state = 'cancelled') AS cancelled,
             count(*) FILTER (WHERE is_live) AS live, count(*) FILTER (WHERE is_live AND throttled_since IS NOT NULL) AS throttled,
             coalesce(sum((coalesce(tokens_in, 0) + coalesce(tokens_out, 0))) FILTER (WHERE state IN ('completed', 'failed')), 0) AS tokens
      FROM run_items GROUP BY 1, 2, 3;

-- ---------------------------------------------------------------- lists

-- Progress no longer walks the items; what does is a list of them, of one model or of those that failed, and the groups of failures.
DROP INDEX run_items_progress;
CREATE INDEX run_items_of_model ON run_items (run_id, model_id, place);
CREATE INDEX run_items_failed ON run_items (run_id, place) WHERE state = 'failed';
CREATE INDEX run_items_failures ON run_items (run_id, class, code, model_id, place) WHERE state = 'failed';

-- ---------------------------------------------------------------- the way of an item

-- What happened to an item other than that it began and ended well, which its row says: attempts that failed, waits, retries.
CREATE TABLE run_item_events (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  run_id integer NOT NULL,
  place integer NOT NULL,
  at timestamptz(3) NOT NULL,
  kind text NOT NULL,
  -- The count of its attempts with this one, where one was spent.
  attempt integer,
  begun_at timestamptz(3),
  class text,
  code text,
  error text,
  -- Who asked for it, where a person did.
  by_whom text,
  FOREIGN KEY (run_id, place) REFERENCES run_items (run_id, place) ON DELETE CASCADE,
  CONSTRAINT run_item_events_kind_is_known CHECK (kind IN ('failed', 'throttled', 'retried', 'lost'))
);
CREATE INDEX run_item_events_of_item ON run_item_events (run_id, place, id);
