-- What routing decided, as data beside its sentence: the kind of the reason with its names, counts and instants. A screen makes
-- the sentence of it on the clock of its reader. Null: there is no more to say than the text. Events have it in their data.
ALTER TABLE call_queue ADD COLUMN reason JSONB;
ALTER TABLE callback_notifications ADD COLUMN reason JSONB;
