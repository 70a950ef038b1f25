-- The entries that are in the queue: nobody's yet (pending), or an agent's (assigned). The view can be read, locked and updated like
-- the table, and PostgreSQL plans it as the table with this condition, so the partial indexes serve it. A column that is added to the
-- table later is added to the view by the same migration.
CREATE VIEW live_entries AS SELECT * FROM call_queue WHERE status IN ('pending', 'assigned');
