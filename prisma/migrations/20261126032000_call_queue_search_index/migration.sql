-- A search for a part of a name or of a number is answered by index, whatever the size of the table. The extension comes
-- with PostgreSQL, and the owner of a database may add it.
CREATE EXTENSION IF NOT EXISTS pg_trgm;

-- The digits of a number as it was written.
CREATE FUNCTION digits_of(phone text) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN regexp_replace(phone, '[^0-9]', '', 'g');

CREATE INDEX users_search_name ON users USING gin (spoken_name gin_trgm_ops);
CREATE INDEX users_search_phone ON users USING gin (digits_of(phone) gin_trgm_ops);
-- The beginning of a number with its country code.
CREATE INDEX users_search_number ON users (number text_pattern_ops) WHERE number IS NOT NULL;
CREATE INDEX user_numbers_search_given ON user_numbers USING gin (digits_of(given) gin_trgm_ops);
CREATE INDEX user_numbers_search_number ON user_numbers (number text_pattern_ops) WHERE number IS NOT NULL;
