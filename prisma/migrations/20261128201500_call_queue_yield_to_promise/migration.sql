-- A tick holds every due promise for a moment, and a claim passes over what is held. So an agent whose promise was due could be given an
-- entry of the regular queue instead. With `yields` the claim then takes none: the caller looks again. That is asked only of a claim that
-- passed over something and found an entry of the regular queue; every other is the same as before.
DROP FUNCTION lock_next_entry(integer, text, timestamptz);
CREATE FUNCTION lock_next_entry(agent integer, wanted text, at timestamptz, yields boolean DEFAULT false) RETURNS SETOF call_queue LANGUAGE plpgsql ROWS 1
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
      IF yields AND entry.callback_id IS NULL AND array_position(found_ids, entry.id) > 1 THEN
        PERFORM FROM call_queue q JOIN callbacks c ON c.id = q.callback_id
        WHERE q.id = ANY (found_ids[:array_position(found_ids, entry.id) - 1]) AND q.status = 'assigned' AND q.assigned_to_agent_id = agent
          AND q.call_session_id IS NULL AND q.available_from <= at AND (q.available_until > at OR q.available_until IS NULL)
          AND (c.status = 'pending' OR (c.status = 'accepted' AND c.accepted_by_agent_id = agent))
          AND NOT is_kept_from(q, c, agent, at) AND may_be_called(q, at);
        IF FOUND THEN RETURN; END IF;
      END IF;
      RETURN NEXT entry;
      RETURN;
    END LOOP;
    EXIT WHEN cardinality(found_ids) < most;
    most := most * 4;
  END LOOP;
END $$;
