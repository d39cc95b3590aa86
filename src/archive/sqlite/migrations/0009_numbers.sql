-- The number of a deleted answer is never given to another answer: snapshots and reports name answers by their number.
CREATE TABLE makes_sqlite_sequence (id INTEGER PRIMARY KEY AUTOINCREMENT);
DROP TABLE makes_sqlite_sequence;
INSERT INTO sqlite_sequence SELECT 'answers', id FROM answers ORDER BY id DESC LIMIT 1;
PRAGMA writable_schema = ON;
UPDATE sqlite_schema SET sql = replace(sql, 'INTEGER PRIMARY KEY,', 'INTEGER PRIMARY KEY AUTOINCREMENT,')
WHERE type = 'table' AND name = 'answers';
PRAGMA writable_schema = RESET;
