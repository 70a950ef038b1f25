-- When the desk is open. One row or none: without one it is always open.
CREATE TABLE desk_calendar (
  id INTEGER PRIMARY KEY CONSTRAINT desk_calendar_is_one CHECK (id = 1),
  calendar JSONB NOT NULL,
  changed_by TEXT NOT NULL,
  changed_at TIMESTAMPTZ(3) NOT NULL
);
