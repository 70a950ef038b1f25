-- PostgreSQL expects a thousand rows of a function unless it says how many it returns. For a thousand calls it then prepares more than the
-- statement needs: to ask whether one user was erased it read all users, which took longer than the rest.
ALTER FUNCTION accept_callback(integer, integer, integer, integer, timestamptz, text) ROWS 1;
ALTER FUNCTION admit_request(text, bytea, text, integer) ROWS 1;
ALTER FUNCTION claim_probes(integer, uuid) ROWS 10;
ALTER FUNCTION hold_for_outcome(bigint, integer, integer, boolean, boolean) ROWS 1;
ALTER FUNCTION hold_for_undo(bigint, integer) ROWS 1;
ALTER FUNCTION lock_callbacks(integer[]) ROWS 1;
ALTER FUNCTION read_callbacks(integer[]) ROWS 1;
ALTER FUNCTION take_next(integer, text, timestamptz, text) ROWS 1;
