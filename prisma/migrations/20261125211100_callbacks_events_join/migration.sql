-- The plan that writes events joins the rows of a statement to themselves, and is kept for the session: made for one
-- row it may nest them, and then takes 20,000 times 20,000 steps for the first tick after a large import.
ALTER FUNCTION callbacks_write_events() SET enable_nestloop = off;
