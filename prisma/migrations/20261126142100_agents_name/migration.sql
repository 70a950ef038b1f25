-- The name of an agent as it is shown; statements read it instead of putting it together.
ALTER TABLE agents ADD COLUMN name text NOT NULL GENERATED ALWAYS AS (first_name || ' ' || last_name) STORED;

-- As before, with that name.
CREATE OR REPLACE VIEW agent_presence AS
  SELECT a.id AS agent_id, a.name, a.is_ai_agent, a.allowed_queues,
         s.status, s.status_since, s.last_activity,
         CASE WHEN NOT a.is_active THEN a.inactive_since
              WHEN s.id IS NULL THEN a.created_at
              WHEN s.logout_at IS NOT NULL THEN s.logout_at
              WHEN s.status = 'offline' THEN s.status_since
         END AS gone_since,
         a.is_active
  FROM agents a
  LEFT JOIN LATERAL (
    SELECT * FROM agent_sessions WHERE agent_id = a.id ORDER BY id DESC LIMIT 1
  ) s ON true;
