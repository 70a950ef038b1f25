-- Names are found in more scripts: Guðmundur by "gudmundur", ΓΙΩΡΓΟΣ by "γιωργος", علی by "علي" and أحمد by "احمد", and St. John by "stjohn".
CREATE OR REPLACE FUNCTION spoken_name(name text) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN btrim(regexp_replace(regexp_replace(
  replace(replace(replace(replace(translate(lower(normalize(name, NFKD)), U&'\00F8\0142\0111\0131\00F0\03C2\064A\0649\0643\0629', U&'oldid\03C3\06CC\06CC\06A9\0647'), 'ß', 'ss'), 'æ', 'ae'), 'œ', 'oe'), 'þ', 'th'),
  U&'[\0300-\036F\0591-\05C7\0640\064B-\0655\0670\200C\200D''\2018\2019\201B\02BC\02B9\0060\00B4\2032]', '', 'g'), U&'[\\s,.\2010-\2015-]+', ' ', 'g'));

UPDATE users SET first_name = first_name WHERE spoken_name IS DISTINCT FROM spoken_name(first_name || ' ' || last_name);
