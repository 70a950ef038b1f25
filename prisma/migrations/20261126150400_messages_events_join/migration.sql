-- As for the events of callbacks: the plan that joins the rows of a statement to themselves is kept for the session, and made
-- for one message it nests them, which takes 20,000 times 20,000 steps when so many expire at once.
ALTER FUNCTION messages_write_events() SET enable_nestloop = off;
