-- What supervisors call the queues. A queue without a row has the name it came with.
CREATE TABLE desk_queue_names (
  queue_type TEXT PRIMARY KEY
    CONSTRAINT desk_queue_names_queue_is_known CHECK (queue_type IN ('unsigned_users', 'outstanding_requests')),
  name TEXT NOT NULL CONSTRAINT desk_queue_names_name_is_short CHECK (name = btrim(name) AND length(name) BETWEEN 1 AND 40),
  changed_by TEXT NOT NULL,
  changed_at TIMESTAMPTZ(3) NOT NULL
);
