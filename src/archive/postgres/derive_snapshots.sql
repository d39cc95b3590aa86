-- Answers without a snapshot: those that one run bought for one query form one; any other forms one by itself.
-- A question is one line of canonical JSON, in which quotation marks inside texts are escaped.
CREATE TEMP TABLE unassigned ON COMMIT DROP AS
SELECT id, provider, endpoint, received_at, key_hash,
       regexp_replace(regexp_replace(regexp_replace(question, '"endpoint":"(\\.|[^"\\])*",', ''),
           ',"(pageNum|pageIndex|page_index|pageSize|page_size)":"[^"]*"', '', 'g'),
           '\{"(pageNum|pageIndex|page_index|pageSize|page_size)":"[^"]*",?', '{', 'g') AS question,
       CAST(coalesce(question::json #>> '{ask,pageNum}', question::json #>> '{ask,pageIndex}',
                     question::json #>> '{ask,page_index}') AS BIGINT) AS page,
       coalesce(question::json #>> '{ask,keyword}', question::json #>> '{ask,ent_name}',
                question::json #>> '{ask,ent_code}', question::json #>> '{ask,organization_code}',
                question::json #>> '{ask,reg_no}') AS keyword
FROM answers
WHERE finding <> 'evidence'
  AND id NOT IN (SELECT CAST(page ->> 1 AS BIGINT) FROM snapshots, json_array_elements(pages::json) AS page);
DELETE FROM unassigned WHERE page IS NULL OR keyword IS NULL;
INSERT INTO queries (provider, question, keyword)
SELECT provider, question, min(keyword) FROM unassigned GROUP BY provider, question ORDER BY min(id)
ON CONFLICT DO NOTHING;
INSERT INTO snapshots (query, run, endpoint, pages, taken_at)
SELECT queries.id, max(bought.run), bought.endpoint,
       '[' || string_agg('[' || page || ',' || bought.id || ']', ',' ORDER BY page, bought.id) || ']',
       max(bought.received_at)
FROM (SELECT unassigned.*, (SELECT run FROM attempts
                 WHERE attempts.key_hash = unassigned.key_hash AND outcome IN ('data', 'empty')
                   AND started_at <= received_at AND finished_at >= received_at
                 ORDER BY started_at DESC LIMIT 1) AS run
      FROM unassigned) AS bought
JOIN queries ON queries.provider = bought.provider AND queries.question = bought.question
GROUP BY queries.id, bought.endpoint, coalesce(bought.run, -bought.id)
ORDER BY min(bought.id)
ON CONFLICT DO NOTHING;
