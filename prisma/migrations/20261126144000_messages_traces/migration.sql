-- The step of a trace that accepted a message, as W3C writes it; those after it follow. Null where nothing is traced.
ALTER TABLE messages ADD COLUMN trace_parent text;
