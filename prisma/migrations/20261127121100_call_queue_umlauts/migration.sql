-- Müller is also written Mueller, Søren Soeren, and Åse Aase. A name is stored in both spellings, one after the other, so that each finds
-- it; a search has one.

-- A word of a search as it is spoken: as before.
CREATE FUNCTION spoken_word(word text) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN btrim(regexp_replace(regexp_replace(
  replace(replace(replace(replace(translate(lower(normalize(word, NFKD)), U&'\00F8\0142\0111\0131\00F0\03C2\064A\0649\0643\0629', U&'oldid\03C3\06CC\06CC\06A9\0647'), 'ß', 'ss'), 'æ', 'ae'), 'œ', 'oe'), 'þ', 'th'),
  U&'[\0300-\036F\0591-\05C7\0640\064B-\0655\0670\200C\200D''\2018\2019\201B\02BC\02B9\0060\00B4\2032]', '', 'g'), U&'[\\s,.\2010-\2015-]+', ' ', 'g'));

-- The letters that are two letters where a keyboard lacks them.
CREATE FUNCTION letters_as_two(name text) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN replace(replace(replace(replace(replace(lower(normalize(name, NFC)), 'ä', 'ae'), 'ö', 'oe'), 'ü', 'ue'), 'ø', 'oe'), 'å', 'aa');

CREATE OR REPLACE FUNCTION spoken_name(name text) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN spoken_word(name) || CASE WHEN lower(normalize(name, NFC)) ~ '[äöüøå]' THEN ' ' || spoken_word(letters_as_two(name)) ELSE '' END;

UPDATE users SET first_name = first_name WHERE spoken_name IS DISTINCT FROM spoken_name(first_name || ' ' || last_name);
