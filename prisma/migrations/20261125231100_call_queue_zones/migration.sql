-- Null: nobody has said in which zone the user is. `zone_guess` is what is used meanwhile, of the number or of the desk.
-- Users who were stored with UTC keep it: nobody can tell any more whether it was said.
ALTER TABLE users ALTER COLUMN time_zone DROP NOT NULL, ALTER COLUMN time_zone DROP DEFAULT;
ALTER TABLE users ADD COLUMN zone_guess TEXT NOT NULL DEFAULT 'UTC';

-- The zone a user's clock is read in.
CREATE FUNCTION zone_of(u users) RETURNS text LANGUAGE sql STABLE PARALLEL SAFE
RETURN coalesce(u.time_zone, u.zone_guess);
