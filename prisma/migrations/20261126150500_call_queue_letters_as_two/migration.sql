-- A letter that is spoken and typed as two is found by both: Strauß by "strauss", Ægir by "aegir".
CREATE OR REPLACE FUNCTION spoken_name(name text) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN btrim(regexp_replace(regexp_replace(
  replace(replace(replace(replace(translate(lower(normalize(name, NFKD)), 'øłđı', 'oldi'), 'ß', 'ss'), 'æ', 'ae'), 'œ', 'oe'), 'þ', 'th'),
  U&'[\0300-\036F''\2018\2019\201B\02BC\02B9\0060\00B4\2032]', '', 'g'), U&'[\\s,\2010-\2015-]+', ' ', 'g'));

-- What is stored of these names is worked out anew.
UPDATE users SET first_name = first_name WHERE first_name || last_name ~* '[ßæœþ]';
