-- A task that was accepted by the older measure keeps its place for a result: its size counts from here on.
UPDATE cursor_tasks SET content_bytes = 0 WHERE content_bytes = 262144 AND state = 'pending';
