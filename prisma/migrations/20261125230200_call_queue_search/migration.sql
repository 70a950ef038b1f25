-- A name as it is spoken: no case, no accents however they are composed, no apostrophes; what joins words parts them. Each
-- word of a search goes through it, and the name of a user when it is written.
CREATE FUNCTION spoken_name(name text) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN btrim(regexp_replace(regexp_replace(
  translate(lower(normalize(name, NFKD)), 'øłđıæœß', 'oldiaos'),
  U&'[\0300-\036F''\2018\2019\201B\02BC\02B9\0060\00B4\2032]', '', 'g'), U&'[\\s,\2010-\2015-]+', ' ', 'g'));

ALTER TABLE users ADD COLUMN spoken_name TEXT GENERATED ALWAYS AS (spoken_name(first_name || ' ' || last_name)) STORED;
