-- What a run has under way is in its own file beside the archive from here on; the ledger holds what has ended.
UPDATE attempts SET finished_at = started_at, outcome = 'interrupted', charged = 'unknown' WHERE finished_at IS NULL;
DROP INDEX attempts_open;
