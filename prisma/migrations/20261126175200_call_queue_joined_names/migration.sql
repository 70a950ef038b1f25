-- A name is also found by what its words make when they are written as one: Mary-Ann by "maryann", van der Berg by "vanderberg".
CREATE INDEX users_search_joined ON users USING gin (replace(spoken_name, ' ', '') gin_trgm_ops);
