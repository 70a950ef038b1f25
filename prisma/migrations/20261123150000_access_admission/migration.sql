-- Every request that is counted comes through here. In a function the server keeps the plans of its statements, which
-- take longer to make than to carry out; unlike a named statement that works behind a transaction pooler, too. Counts
-- `step` requests at once; with 0 it only looks who asks.
CREATE FUNCTION admit_request(shown_token text, shown_digest bytea, unnamed text, step int)
RETURNS TABLE (
  caller text, count int, left_ms int, account_id text, agent_id int, key_id int, scopes text[], is_revoked boolean
) LANGUAGE plpgsql AS $$
#variable_conflict use_column
DECLARE
  window_now timestamptz := date_trunc('minute', ringback_now());
BEGIN
  caller := unnamed;
  IF shown_token IS NOT NULL THEN
    SELECT s.account_id, a.agent_id INTO account_id, agent_id
    FROM staff_sessions s JOIN staff_accounts a ON a.id = s.account_id
    WHERE s.token = shown_token AND s.expires_at > clock_timestamp() AND a.disabled_at IS NULL;
    caller := coalesce('account ' || account_id, caller);
  ELSIF shown_digest IS NOT NULL THEN
    SELECT k.id, k.scopes, k.revoked_at IS NOT NULL INTO key_id, scopes, is_revoked
    FROM api_keys k WHERE k.digest = shown_digest;
    caller := coalesce('key ' || key_id, caller);
    UPDATE api_keys SET last_used_at = ringback_now()
    WHERE id = key_id AND NOT is_revoked
      AND (last_used_at IS NULL OR last_used_at <= ringback_now() - interval '1 minute');
  END IF;
  count := 0;
  IF step > 0 THEN
    INSERT INTO rate_limits AS r (key, window_start, count) VALUES (caller, window_now, step)
    ON CONFLICT (key) DO UPDATE
      SET count = CASE WHEN r.window_start = excluded.window_start THEN r.count + step ELSE step END,
          window_start = excluded.window_start
    RETURNING r.count INTO count;
  END IF;
  left_ms := least(60000, ceil(extract(epoch FROM window_now + interval '1 minute' - ringback_now()) * 1000));
  RETURN NEXT;
END $$;
