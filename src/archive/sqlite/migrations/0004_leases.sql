-- A lease is an open attempt: at most one for each request.
ALTER TABLE runs ADD COLUMN host TEXT;
ALTER TABLE runs ADD COLUMN pid INTEGER;
ALTER TABLE runs ADD COLUMN user TEXT;
UPDATE attempts SET finished_at = started_at, outcome = 'interrupted', charged = 'unknown' WHERE finished_at IS NULL;
CREATE UNIQUE INDEX attempts_open ON attempts (key_hash) WHERE finished_at IS NULL;
CREATE INDEX attempts_uncertain ON attempts (key_hash, started_at) WHERE charged = 'unknown';
DROP TABLE write_probe;
