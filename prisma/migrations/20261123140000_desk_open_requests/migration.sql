-- What is open with a user: missing signatures and requirements, of claims that still run. The only definition of it.
CREATE VIEW open_requests AS
  SELECT user_id, 1 AS place, 'unsigned_users' AS queue_type, id AS claim_id, signature_missing_since AS waiting_since,
         coalesce(signature_type || ' ', '') || 'signature' AS what
  FROM claims
  WHERE signature_missing_since IS NOT NULL
    AND lower(status) NOT IN ('closed', 'completed', 'complete', 'cancelled', 'withdrawn')
  UNION ALL
  SELECT c.user_id, 2, 'outstanding_requests', c.id, r.created_at, r.type
  FROM requirements r JOIN claims c ON c.id = r.claim_id
  WHERE lower(r.status) NOT IN ('done', 'closed', 'completed', 'complete', 'received', 'cancelled', 'waived')
    AND lower(c.status) NOT IN ('closed', 'completed', 'complete', 'cancelled', 'withdrawn');

-- Which queue a user belongs to: at most one, the missing signature before the open requirement, the longest waiting first.
CREATE OR REPLACE VIEW user_queue_types AS
  SELECT DISTINCT ON (user_id) user_id, queue_type, claim_id, waiting_since
  FROM open_requests
  ORDER BY user_id, place, waiting_since, claim_id;

-- The name behind "agent 7", "supervisor <account>" or "key 3", for people to read; null for everything else.
CREATE FUNCTION actor_name(actor text) RETURNS text LANGUAGE sql STABLE AS $$
  SELECT CASE split_part(actor, ' ', 1)
    WHEN 'agent' THEN (SELECT first_name || ' ' || last_name FROM agents WHERE id = substr(actor, 7)::int)
    WHEN 'supervisor' THEN (SELECT name FROM staff_accounts WHERE id = substr(actor, 12))
    WHEN 'key' THEN (SELECT name FROM api_keys WHERE id = substr(actor, 5)::int)
  END
$$;
