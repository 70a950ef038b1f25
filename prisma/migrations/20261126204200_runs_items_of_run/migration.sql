-- A run of 100,000 items checked 100,000 times that its run is there: a quarter of what its items cost. The counts, which the same
-- statement writes for every run and model of it, refer to the run as well, so an item of no run is refused by run_counts_run_id_fkey.
ALTER TABLE run_items DROP CONSTRAINT run_items_run_id_fkey;

-- The items of a run go with it. The row of the run is locked by then, so no item is added meanwhile.
CREATE FUNCTION runs_take_their_items() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  DELETE FROM run_items WHERE run_id = OLD.id;
  RETURN OLD;
END $$;
CREATE TRIGGER runs_take_their_items BEFORE DELETE ON runs FOR EACH ROW EXECUTE FUNCTION runs_take_their_items();
