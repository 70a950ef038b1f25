-- A kept answer is text: a repeat gets the very bytes of the first answer, its fields in their order. It is still JSON that
-- can be searched, or the answer could not be found when its user is erased. A trigger that names a column holds its type
-- still, so that of the answers is made anew.
DROP TRIGGER idempotency_keys_have_their_answer ON idempotency_keys;
ALTER TABLE idempotency_keys
  ALTER COLUMN answer TYPE text USING answer::text,
  ADD CONSTRAINT idempotency_keys_answer_is_json CHECK (answer IS NULL OR answer::jsonb IS NOT NULL);
CREATE CONSTRAINT TRIGGER idempotency_keys_have_their_answer
  AFTER INSERT OR UPDATE OF answer, request_hash ON idempotency_keys DEFERRABLE INITIALLY DEFERRED
  FOR EACH ROW WHEN (NEW.answer IS NULL) EXECUTE FUNCTION idempotency_keys_must_have_their_answer();
