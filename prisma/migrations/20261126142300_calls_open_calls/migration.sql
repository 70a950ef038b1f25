-- The calls that go on: started, ringing, or in progress. Used as live_entries is. A column that is added to the table later is added
-- to the view by the same migration.
CREATE VIEW open_calls AS SELECT * FROM call_sessions WHERE status IN ('initiated', 'ringing', 'in_progress');

-- The same for a row of the view.
CREATE FUNCTION rings_too_long(s open_calls, at timestamptz) RETURNS boolean LANGUAGE sql STABLE PARALLEL SAFE
RETURN s.status IN ('initiated', 'ringing') AND s.started_at <= at - interval '2 minutes';
