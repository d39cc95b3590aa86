-- Answers without a snapshot: those that one run bought for one query form one; any other forms one by itself.
CREATE TEMP TABLE unassigned AS
SELECT answers.id, answers.provider, answers.endpoint, answers.received_at, answers.key_hash,
       json_remove(question, '$.endpoint', '$.ask.pageNum', '$.ask.pageIndex', '$.ask.page_index',
                   '$.ask.pageSize', '$.ask.page_size') AS question,
       CAST(coalesce(json_extract(question, '$.ask.pageNum'), json_extract(question, '$.ask.pageIndex'),
                     json_extract(question, '$.ask.page_index')) AS INTEGER) AS page,
       coalesce(json_extract(question, '$.ask.keyword'), json_extract(question, '$.ask.ent_name'),
                json_extract(question, '$.ask.ent_code'), json_extract(question, '$.ask.organization_code'),
                json_extract(question, '$.ask.reg_no')) AS keyword
FROM answers
WHERE finding <> 'evidence' AND json_valid(question)
  AND id NOT IN (SELECT page.value ->> 1 FROM snapshots, json_each(pages) AS page);
DELETE FROM temp.unassigned WHERE page IS NULL OR keyword IS NULL;
CREATE TEMP TABLE purchases AS
SELECT key_hash, started_at, finished_at, run FROM attempts WHERE outcome IN ('data', 'empty');
CREATE INDEX temp.purchases_by_key ON purchases (key_hash, started_at);
INSERT OR IGNORE INTO queries (provider, question, keyword)
SELECT provider, question, min(keyword) FROM temp.unassigned GROUP BY provider, question ORDER BY min(id);
INSERT OR IGNORE INTO snapshots (query, run, endpoint, pages, taken_at)
SELECT queries.id, bought.run, bought.endpoint,
       json_group_array(json_array(bought.page, bought.id) ORDER BY bought.page, bought.id),
       max(bought.received_at)
FROM (SELECT *, (SELECT run FROM temp.purchases
                 WHERE purchases.key_hash = unassigned.key_hash
                   AND started_at <= received_at AND finished_at >= received_at
                 ORDER BY started_at DESC LIMIT 1) AS run
      FROM temp.unassigned) AS bought
JOIN queries USING (provider, question)
GROUP BY queries.id, bought.endpoint, coalesce(bought.run, -bought.id)
ORDER BY min(bought.id);
DROP TABLE temp.purchases;
DROP TABLE temp.unassigned;
