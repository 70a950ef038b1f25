-- The telephone number is a thing of its own: what was learnt of it (it asked not to be called, it is wrong, it is in a
-- call) holds for everybody who has it. A number is E.164 with the extension after it as in a tel: address.

CREATE TABLE phone_numbers (
  number TEXT PRIMARY KEY,
  do_not_call_at TIMESTAMPTZ(3),
  do_not_call_by TEXT,
  do_not_call_why TEXT,
  -- conversation | supervisor | import. Only an import's own mark is lifted by an import.
  do_not_call_source TEXT,
  -- In whose conversation or row the mark came.
  do_not_call_user_id BIGINT,
  wrong_at TIMESTAMPTZ(3),
  wrong_by TEXT,
  wrong_why TEXT,
  created_at TIMESTAMPTZ(3) NOT NULL,
  CONSTRAINT phone_numbers_number_is_e164 CHECK (number ~ '^\+[1-9][0-9]{4,17}(;ext=[0-9]{1,20})?$'),
  CONSTRAINT phone_numbers_source_is_known CHECK (do_not_call_source IN ('conversation', 'supervisor', 'import')),
  CONSTRAINT phone_numbers_mark_says_who_and_why CHECK (
    num_nonnulls(do_not_call_at, do_not_call_by, do_not_call_why, do_not_call_source, do_not_call_user_id) IN (0, 5)
    AND num_nonnulls(wrong_at, wrong_by, wrong_why) IN (0, 3))
);

-- `number`: what `phone` dials, null when it is no number. `do_not_call` and `wrong_number` are those of the number,
-- kept in step by whatever marks it, so that the claim needs no look at another table; without a number, the user's own.
ALTER TABLE users
  ADD COLUMN number TEXT REFERENCES phone_numbers (number),
  ADD COLUMN wrong_number BOOLEAN NOT NULL DEFAULT false;
CREATE INDEX users_by_number ON users (number) WHERE number IS NOT NULL;

-- Further numbers of a person, beside the one in `users`, in the order in which they came.
CREATE TABLE user_numbers (
  user_id BIGINT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  position SMALLINT NOT NULL,
  given TEXT NOT NULL,
  number TEXT REFERENCES phone_numbers (number),
  label TEXT,
  PRIMARY KEY (user_id, position)
);
CREATE INDEX user_numbers_by_number ON user_numbers (number) WHERE number IS NOT NULL;

-- The number that was dialled, or that rang.
ALTER TABLE call_sessions ADD COLUMN number TEXT;
CREATE UNIQUE INDEX call_sessions_one_open_per_number ON call_sessions (number)
  WHERE status IN ('initiated', 'ringing', 'in_progress');

-- A first guess for those who are stored: what begins with a country code and has as many digits as a full number. All
-- others get their number with their next import.
WITH guessed AS MATERIALIZED (
  SELECT id, phone_key(phone) AS number, do_not_call,
         EXISTS (SELECT FROM call_sessions s WHERE s.user_id = u.id AND s.last_outcome_type = 'do_not_call') AS is_said
  FROM users u WHERE erased_at IS NULL AND phone ~ '^[-+0-9 ()./]+$' AND phone_key(phone) ~ '^\+[1-9][0-9]{9,14}$'
), known AS (
  INSERT INTO phone_numbers (number, do_not_call_at, do_not_call_by, do_not_call_why, do_not_call_source, do_not_call_user_id, created_at)
  SELECT DISTINCT ON (number) number,
         CASE WHEN do_not_call THEN ringback_now() END, CASE WHEN do_not_call THEN 'system' END,
         CASE WHEN do_not_call THEN 'The user of this number was marked before numbers were kept.' END,
         CASE WHEN do_not_call THEN CASE WHEN is_said THEN 'conversation' ELSE 'import' END END,
         CASE WHEN do_not_call THEN id END, ringback_now()
  FROM guessed ORDER BY number, do_not_call DESC, is_said DESC, id
)
UPDATE users u SET number = g.number,
       do_not_call = EXISTS (SELECT FROM guessed o WHERE o.number = g.number AND o.do_not_call)
FROM guessed g WHERE u.id = g.id;
