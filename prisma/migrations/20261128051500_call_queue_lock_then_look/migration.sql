-- A claim locks an entry before it asks whether the person may be called. When sixteen agents claim at once, most of the first entries
-- are being claimed by others; asking about each of those took more time than the claim itself.

-- The agent has skipped this entry of the regular queue, or given its callback back, not long ago.
CREATE FUNCTION is_kept_from(entry call_queue, promise callbacks, agent integer, at timestamptz) RETURNS boolean LANGUAGE sql IMMUTABLE
RETURN coalesce(entry.skipped_by_agent_id = agent AND entry.skipped_until > at, false)
  OR coalesce(promise.released_by_agent_id = agent AND (promise.released_until <= at) IS NOT TRUE, false);

-- Whether the person of the entry may be called at this moment, by any agent: nobody is calling the person or the number, and neither is
-- marked.
CREATE FUNCTION may_be_called(entry call_queue, at timestamptz) RETURNS boolean LANGUAGE plpgsql STABLE AS $$
DECLARE
  called users;
  named text;
BEGIN
  SELECT * INTO called FROM users u WHERE u.id = entry.user_id;
  IF NOT FOUND THEN RETURN false; END IF;
  IF entry.callback_id IS NOT NULL THEN
    SELECT c.number INTO named FROM callbacks c WHERE c.id = entry.callback_id;
  END IF;
  IF named IS NULL THEN
    IF called.do_not_call OR called.wrong_number THEN RETURN false; END IF;
  ELSE
    PERFORM FROM called_numbers n WHERE n.callback_id = entry.callback_id AND NOT n.do_not_call AND NOT n.wrong_number;
    IF NOT FOUND THEN RETURN false; END IF;
  END IF;
  RETURN NOT EXISTS (
      SELECT FROM call_sessions s
      WHERE s.user_id = entry.user_id AND s.status IN ('initiated', 'ringing', 'in_progress') AND NOT rings_too_long(s, at))
    AND NOT EXISTS (
      SELECT FROM call_sessions s
      WHERE s.number = coalesce(named, called.number) AND s.status IN ('initiated', 'ringing', 'in_progress')
        AND NOT rings_too_long(s, at));
END $$;

-- As before.
CREATE OR REPLACE FUNCTION may_be_given(entry call_queue, agent integer, at timestamptz) RETURNS boolean LANGUAGE plpgsql STABLE AS $$
DECLARE
  promise callbacks;
BEGIN
  SELECT * INTO promise FROM callbacks c WHERE c.id = entry.callback_id;
  RETURN NOT is_kept_from(entry, promise, agent, at) AND may_be_called(entry, at);
END $$;

-- As before: the agent's next entry, locked with its callback. Entries that others are claiming at this moment are passed over by one
-- statement. An entry that is kept from this agent is not locked, because another agent may be looking for it. The settings make every
-- connection read the entries by their key, whatever the statistics of the table said when it planned.
CREATE OR REPLACE FUNCTION lock_next_entry(agent integer, wanted text, at timestamptz) RETURNS SETOF call_queue LANGUAGE plpgsql ROWS 1
  SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off AS $$
DECLARE
  most integer := 16;
  found_ids integer[];
  refused integer[] := '{}';
  entry call_queue;
BEGIN
  LOOP
    found_ids := ARRAY(SELECT waiting_entries(agent, wanted, at, most));
    LOOP
      SELECT q.* INTO entry FROM unnest(found_ids) WITH ORDINALITY AS f(id, place) JOIN call_queue q ON q.id = f.id
      LEFT JOIN callbacks c ON c.id = q.callback_id
      WHERE q.id <> ALL (refused) AND q.call_session_id IS NULL AND q.available_from <= at AND (q.available_until > at OR q.available_until IS NULL)
        AND (q.status = 'pending' OR (q.status = 'assigned' AND q.assigned_to_agent_id = agent))
        AND NOT is_kept_from(q, c, agent, at)
      ORDER BY f.place LIMIT 1
      FOR UPDATE OF q SKIP LOCKED;
      EXIT WHEN NOT FOUND;
      refused := refused || entry.id;
      CONTINUE WHEN NOT may_be_called(entry, at);
      IF entry.callback_id IS NOT NULL THEN
        PERFORM FROM callbacks c
        WHERE c.id = entry.callback_id AND (c.status = 'pending' OR (c.status = 'accepted' AND c.accepted_by_agent_id = agent))
        FOR UPDATE SKIP LOCKED;
        CONTINUE WHEN NOT FOUND;
      END IF;
      RETURN NEXT entry;
      RETURN;
    END LOOP;
    EXIT WHEN cardinality(found_ids) < most;
    most := most * 4;
  END LOOP;
END $$;
