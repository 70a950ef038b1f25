-- What the wallboard asks for every few seconds: the promises of a day and of four weeks, and what was set aside.
CREATE INDEX "callbacks_promised_for_idx" ON callbacks (promised_for);
CREATE INDEX callbacks_quarantined ON callbacks (id) WHERE quarantined_at IS NOT NULL AND status IN ('pending', 'accepted');
