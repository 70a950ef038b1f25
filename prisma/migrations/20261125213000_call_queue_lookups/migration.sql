-- What makes two ways of writing a telephone number the same: the digits, and whether they begin with a country code
-- ("+" or "00"). The only place that says so: a number that is looked up and the numbers of users go through it.
CREATE FUNCTION phone_key(phone text) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN (
  SELECT CASE WHEN t.trimmed ~ '^[(]?\+' THEN '+' ELSE '' END || regexp_replace(t.trimmed, '[^0-9]', '', 'g')
  FROM (SELECT regexp_replace(regexp_replace(btrim(phone), '^[(]?00', '+'), '^([(]?\+[^(]*)\(0\)', '\1') AS trimmed) t
);

CREATE INDEX users_phone_key ON users (phone_key(phone)) WHERE erased_at IS NULL;

-- Whom an agent has looked up, and when: for a while such a user is at the agent's desk.
CREATE INDEX audit_entries_lookups ON audit_entries (subject, at) WHERE action = 'user.looked_up';

-- Whose call was an agent's last one.
CREATE INDEX call_sessions_last_of_agent ON call_sessions (agent_id, started_at DESC, id DESC);
