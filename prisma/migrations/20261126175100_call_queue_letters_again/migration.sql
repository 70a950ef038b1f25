-- The names whose stored spelling is still the one of before: letters such as ǽ and ẞ are made of those that changed.
UPDATE users SET first_name = first_name WHERE spoken_name IS DISTINCT FROM spoken_name(first_name || ' ' || last_name);
