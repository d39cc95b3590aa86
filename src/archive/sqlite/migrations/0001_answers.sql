CREATE TABLE answers (
    id          INTEGER PRIMARY KEY,
    key_hash    BLOB    NOT NULL CHECK (length(key_hash) = 16),
    provider    TEXT    NOT NULL,
    form        TEXT    NOT NULL,
    endpoint    TEXT    NOT NULL,
    question    TEXT    NOT NULL,
    received_at INTEGER NOT NULL,
    http_status INTEGER NOT NULL,
    serial      TEXT,
    finding     TEXT    NOT NULL CHECK (finding IN ('records', 'nothing', 'evidence')),
    sha256      BLOB    NOT NULL CHECK (length(sha256) = 32),
    size        INTEGER NOT NULL,
    encoding    TEXT    NOT NULL,
    body        BLOB    NOT NULL
) STRICT;
CREATE INDEX answers_by_key ON answers (key_hash, received_at) WHERE finding <> 'evidence';
CREATE INDEX answers_by_time ON answers (received_at);
