-- A check against a list of three words makes a temporary table for each row. Comparisons do not, and mean the same.
PRAGMA writable_schema = ON;
UPDATE sqlite_schema SET sql = replace(replace(sql,
    'charged IN (''no'', ''yes'', ''unknown'')',
    'charged = ''no'' OR charged = ''yes'' OR charged = ''unknown'''),
    'finding IN (''records'', ''nothing'', ''evidence'')',
    'finding = ''records'' OR finding = ''nothing'' OR finding = ''evidence''')
WHERE type = 'table' AND name IN ('answers', 'attempts');
PRAGMA writable_schema = RESET;
