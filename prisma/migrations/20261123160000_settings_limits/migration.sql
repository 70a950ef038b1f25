-- Limits of the desk that a supervisor has set; what is not here comes from the environment.
CREATE TABLE desk_settings (
  name text NOT NULL PRIMARY KEY,
  value integer NOT NULL,
  changed_by text NOT NULL,
  changed_at timestamptz(3) NOT NULL
);
