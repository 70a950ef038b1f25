-- What a signed sender says of a task and the task cannot take is kept with the reason (`refused_why`), under the digest of
-- what was sent. `about`: of which task or Cursor agent it speaks, written as a reference; null when it does not say.
ALTER TABLE parked_results ADD COLUMN about text;
UPDATE parked_results SET about = reference WHERE refused_why IS NOT NULL;
CREATE INDEX parked_results_refused ON parked_results (about, received_at) WHERE refused_why IS NOT NULL;
