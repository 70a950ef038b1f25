-- Puts a callback off until `later` and removes its entry. False when the entry is in a call: then nothing is changed. The caller has
-- locked the callback and applied the rules.
CREATE FUNCTION snooze_callback(snoozed integer, later timestamptz, at timestamptz, actor text, why text, data jsonb) RETURNS boolean
  LANGUAGE plpgsql AS $$
BEGIN
  IF remove_entry(snoozed, 'snoozed', at) THEN RETURN false; END IF;
  UPDATE callbacks c
  SET status = 'pending', scheduled_for = later, snoozes = c.snoozes + 1, snoozed_at = c.snoozed_at || at,
      accepted_by_agent_id = NULL, accepted_at = NULL, failed_ticks = 0, quarantined_at = NULL,
      event_type = 'snoozed', event_at = at, event_actor = actor, event_why = why, event_data = data
  WHERE c.id = snoozed;
  RETURN FOUND;
END $$;
