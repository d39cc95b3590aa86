-- A query is a question without its endpoint and its page.
CREATE TABLE queries (
    id       INTEGER PRIMARY KEY,
    provider TEXT    NOT NULL,
    question TEXT    NOT NULL,
    keyword  TEXT    NOT NULL,
    kind     TEXT,
    UNIQUE (provider, question)
) STRICT;
CREATE INDEX queries_by_keyword ON queries (keyword);
-- A snapshot is the set of answers that made one run's result for one query. `pages` is an array of [page, answer].
-- `total`, `records` and `is_whole` are NULL if the run that bought the answers did not record them.
CREATE TABLE snapshots (
    id       INTEGER PRIMARY KEY,
    query    INTEGER NOT NULL,
    run      INTEGER,
    endpoint TEXT    NOT NULL,
    pages    TEXT    NOT NULL,
    taken_at INTEGER NOT NULL,
    total    INTEGER,
    records  INTEGER,
    is_whole INTEGER CHECK (is_whole IN (0, 1)),
    UNIQUE (query, endpoint, pages)
) STRICT;
CREATE TABLE marks (
    name     TEXT    NOT NULL,
    query    INTEGER NOT NULL,
    taken_at INTEGER NOT NULL,
    PRIMARY KEY (name, query)
) STRICT, WITHOUT ROWID;
