-- The name of a user. Some people have one name only: the other column is empty.
CREATE FUNCTION name_of(u users) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN btrim(u.first_name || ' ' || u.last_name);
