-- Who let a number be called again, and why. The reason is a person's words, so it lies here, where an erasure finds it.
ALTER TABLE phone_numbers
  ADD COLUMN lifted_at TIMESTAMPTZ(3),
  ADD COLUMN lifted_by TEXT,
  ADD COLUMN lifted_why TEXT,
  ADD CONSTRAINT phone_numbers_lifting_says_who_and_why CHECK (num_nonnulls(lifted_at, lifted_by, lifted_why) IN (0, 3));
