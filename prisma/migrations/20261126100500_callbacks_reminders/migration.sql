-- Texts about a callback: who wants them, and which went.

CREATE TABLE callback_reminders (
  callback_id integer PRIMARY KEY REFERENCES callbacks (id) ON DELETE CASCADE,
  since timestamptz(3) NOT NULL,
  wanted_by text NOT NULL
);

CREATE TABLE callback_texts (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  callback_id integer NOT NULL REFERENCES callbacks (id) ON DELETE CASCADE,
  occasion text NOT NULL,
  -- The time of the call that it speaks of.
  for_time timestamptz(3) NOT NULL,
  at timestamptz(3) NOT NULL,
  -- The message, or why there is none.
  message_id uuid,
  because text,
  CONSTRAINT callback_texts_occasion_is_known CHECK (occasion IN ('promised', 'moved', 'cancelled', 'soon')),
  CONSTRAINT callback_texts_went_or_say_why CHECK ((message_id IS NULL) = (because IS NOT NULL))
);
CREATE INDEX callback_texts_of ON callback_texts (callback_id, for_time);
