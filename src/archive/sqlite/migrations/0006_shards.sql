-- Attempts that ended without an answer: why a query failed, and what may have been charged.
DROP INDEX IF EXISTS attempts_uncertain;
CREATE INDEX attempts_without_answer ON attempts (key_hash, started_at) WHERE outcome NOT IN ('data', 'empty');
-- The shard count of each list that is queried in shards, by the digest of its content.
CREATE TABLE sharded_lists (
    digest BLOB    PRIMARY KEY CHECK (length(digest) = 32),
    shards INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
