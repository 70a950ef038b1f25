-- What the browsers of agents hold that has not been sent, as each of them said last. A browser that holds nothing has no
-- row; the row of one that was not seen again stays until a supervisor has said what became of it.
CREATE TABLE browser_reports (
  agent_id INTEGER NOT NULL REFERENCES agents (id),
  browser_id TEXT NOT NULL,
  device TEXT NOT NULL,
  unsent INTEGER NOT NULL,
  oldest_at TIMESTAMPTZ(3) NOT NULL,
  reported_at TIMESTAMPTZ(3) NOT NULL,
  PRIMARY KEY (agent_id, browser_id),
  CONSTRAINT browser_reports_hold_something CHECK (unsent > 0),
  CONSTRAINT browser_reports_oldest_is_past CHECK (oldest_at <= reported_at)
);
