-- As before; a service is no person.
CREATE OR REPLACE FUNCTION message_pause_words(p message_providers) RETURNS text LANGUAGE sql STABLE AS $$
  SELECT CASE
    WHEN p.paused_by IS NULL THEN p.pause_why
    ELSE 'Paused ' || CASE p.paused_by WHEN 'service' THEN 'through the API' ELSE 'by ' || coalesce(actor_name(p.paused_by), p.paused_by) END
      || ': ' || regexp_replace(p.pause_why, '[.\s]+$', '') || '.'
  END
$$;
