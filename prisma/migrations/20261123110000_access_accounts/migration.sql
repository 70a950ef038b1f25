-- Who may do what: staff accounts with their sessions, API keys, limits, and the audit trail.

CREATE TABLE staff_accounts (
  id text NOT NULL PRIMARY KEY,
  name text NOT NULL,
  email text NOT NULL,
  email_verified boolean NOT NULL DEFAULT false,
  image text,
  role text NOT NULL,
  agent_id integer,
  two_factor_enabled boolean DEFAULT false,
  disabled_at timestamptz(3),
  is_demo boolean NOT NULL DEFAULT false,
  created_at timestamptz(3) NOT NULL,
  updated_at timestamptz(3) NOT NULL,
  CONSTRAINT staff_accounts_role_is_known CHECK (role IN ('agent', 'supervisor')),
  -- An account is an agent's, or a supervisor's.
  CONSTRAINT staff_accounts_agent_has_desk CHECK ((role = 'agent') = (agent_id IS NOT NULL)),
  CONSTRAINT staff_accounts_agent_exists FOREIGN KEY (agent_id) REFERENCES agents (id),
  CONSTRAINT staff_accounts_email_is_lower_case CHECK (email = lower(email))
);
CREATE UNIQUE INDEX staff_accounts_email_key ON staff_accounts (email);
CREATE UNIQUE INDEX staff_accounts_agent_id_key ON staff_accounts (agent_id);

CREATE TABLE staff_sessions (
  id text NOT NULL PRIMARY KEY,
  token text NOT NULL,
  account_id text NOT NULL REFERENCES staff_accounts (id) ON DELETE CASCADE,
  expires_at timestamptz(3) NOT NULL,
  ip_address text,
  user_agent text,
  created_at timestamptz(3) NOT NULL,
  updated_at timestamptz(3) NOT NULL
);
CREATE UNIQUE INDEX staff_sessions_token_key ON staff_sessions (token);
CREATE INDEX staff_sessions_account_id_idx ON staff_sessions (account_id);

CREATE TABLE staff_credentials (
  id text NOT NULL PRIMARY KEY,
  provider_account_id text NOT NULL,
  provider_id text NOT NULL,
  account_id text NOT NULL REFERENCES staff_accounts (id) ON DELETE CASCADE,
  access_token text,
  refresh_token text,
  id_token text,
  access_token_expires_at timestamptz(3),
  refresh_token_expires_at timestamptz(3),
  scope text,
  password text,
  created_at timestamptz(3) NOT NULL,
  updated_at timestamptz(3) NOT NULL
);
CREATE INDEX staff_credentials_account_id_idx ON staff_credentials (account_id);

CREATE TABLE staff_verifications (
  id text NOT NULL PRIMARY KEY,
  identifier text NOT NULL,
  value text NOT NULL,
  expires_at timestamptz(3) NOT NULL,
  created_at timestamptz(3) NOT NULL,
  updated_at timestamptz(3) NOT NULL
);
CREATE INDEX staff_verifications_identifier_idx ON staff_verifications (identifier);

CREATE TABLE staff_two_factors (
  id text NOT NULL PRIMARY KEY,
  secret text NOT NULL,
  backup_codes text NOT NULL,
  account_id text NOT NULL REFERENCES staff_accounts (id) ON DELETE CASCADE,
  verified boolean DEFAULT true,
  failed_verification_count integer DEFAULT 0,
  locked_until timestamptz(3)
);
CREATE INDEX staff_two_factors_account_id_idx ON staff_two_factors (account_id);

CREATE TABLE api_keys (
  id serial NOT NULL PRIMARY KEY,
  name text NOT NULL,
  digest bytea NOT NULL,
  hint text NOT NULL,
  scopes text[],
  created_by text NOT NULL,
  created_at timestamptz(3) NOT NULL,
  last_used_at timestamptz(3),
  revoked_at timestamptz(3),
  revoked_by text,
  CONSTRAINT api_keys_revoked_has_who CHECK ((revoked_at IS NULL) = (revoked_by IS NULL)),
  CONSTRAINT api_keys_digest_is_sha256 CHECK (octet_length(digest) = 32)
);
CREATE UNIQUE INDEX api_keys_digest_key ON api_keys (digest);

-- Counted on every request: unlogged, so that nobody waits for a disk, and with room to update in place.
CREATE UNLOGGED TABLE rate_limits (
  key text NOT NULL PRIMARY KEY,
  window_start timestamptz(3) NOT NULL,
  count integer NOT NULL
) WITH (fillfactor = 50);

CREATE TABLE audit_entries (
  id bigserial NOT NULL PRIMARY KEY,
  at timestamptz(3) NOT NULL,
  actor text NOT NULL,
  action text NOT NULL,
  subject text NOT NULL,
  details jsonb NOT NULL DEFAULT '{}'
);
CREATE INDEX audit_entries_at_idx ON audit_entries USING brin (at);

CREATE FUNCTION audit_entries_are_final() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'audit_entries is append-only'
    USING ERRCODE = 'check_violation', CONSTRAINT = 'audit_entries_are_final';
END $$;
CREATE TRIGGER audit_entries_are_final BEFORE UPDATE OR DELETE ON audit_entries
  FOR EACH STATEMENT EXECUTE FUNCTION audit_entries_are_final();

-- Everything a person or a machine client did, in one list: what the tick does by itself is no part of it.
CREATE VIEW audit_trail AS
  SELECT 'a' || id AS id, at, actor, action, subject, details FROM audit_entries
  UNION ALL
  SELECT 'c' || callback_id || '.' || seq, at, actor, 'callback.' || type, 'callback ' || callback_id, '{}'::jsonb
  FROM callback_events WHERE actor NOT IN ('cron', 'system');

-- Whether the agent works here at all, beside where they are.
CREATE OR REPLACE VIEW agent_presence AS
  SELECT a.id AS agent_id, a.first_name || ' ' || a.last_name AS name, a.is_ai_agent, a.allowed_queues,
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
