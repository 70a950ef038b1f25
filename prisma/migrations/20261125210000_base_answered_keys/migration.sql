-- A key without its answer is half a transaction: the one that did the work writes both, or nothing. So the database
-- refuses such a commit, whichever request sends it.
CREATE FUNCTION idempotency_keys_must_have_their_answer() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (
    SELECT FROM idempotency_keys
    WHERE scope = NEW.scope AND key = NEW.key AND answer IS NULL AND request_hash <> 'erased'
  ) THEN
    RAISE EXCEPTION 'the key % of %, without its answer, breaks constraint "idempotency_keys_have_their_answer"', NEW.key, NEW.scope
      USING ERRCODE = 'check_violation', CONSTRAINT = 'idempotency_keys_have_their_answer';
  END IF;
  RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER idempotency_keys_have_their_answer
  AFTER INSERT OR UPDATE OF answer, request_hash ON idempotency_keys DEFERRABLE INITIALLY DEFERRED
  FOR EACH ROW WHEN (NEW.answer IS NULL) EXECUTE FUNCTION idempotency_keys_must_have_their_answer();
