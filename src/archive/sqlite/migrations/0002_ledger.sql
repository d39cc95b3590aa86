CREATE TABLE runs (
    id         INTEGER PRIMARY KEY,
    uid        TEXT    NOT NULL UNIQUE,
    started_at INTEGER NOT NULL,
    ended_at   INTEGER
) STRICT;
CREATE INDEX runs_open ON runs (id) WHERE ended_at IS NULL;
CREATE TABLE attempts (
    run         INTEGER NOT NULL,
    sequence    INTEGER NOT NULL,
    key_hash    BLOB    NOT NULL CHECK (length(key_hash) = 16),
    provider    TEXT    NOT NULL,
    started_at  INTEGER NOT NULL,
    finished_at INTEGER,
    outcome     TEXT,
    charged     TEXT CHECK (charged IN ('no', 'yes', 'unknown')),
    http_status INTEGER,
    code        TEXT,
    serial      TEXT,
    PRIMARY KEY (run, sequence),
    CHECK ((finished_at IS NULL) = (outcome IS NULL) AND (outcome IS NULL) = (charged IS NULL))
) STRICT, WITHOUT ROWID;
CREATE INDEX attempts_open ON attempts (key_hash) WHERE finished_at IS NULL;
CREATE TABLE write_probe (filler BLOB NOT NULL) STRICT;
