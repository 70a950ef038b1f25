-- Simulated days that people have started to see the system work; never in production.
CREATE TABLE demo_days (
  id serial NOT NULL PRIMARY KEY,
  started_by text NOT NULL,
  started_at timestamptz(3) NOT NULL,
  ends_at timestamptz(3) NOT NULL,
  CONSTRAINT demo_days_end_after_start CHECK (ends_at >= started_at)
);
