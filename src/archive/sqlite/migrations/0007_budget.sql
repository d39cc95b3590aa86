-- Calls that may be charged, by the day in China (UTC+8) on which they began. An open attempt counts.
CREATE TABLE calls_by_day (
    day   INTEGER PRIMARY KEY,
    calls INTEGER NOT NULL
) STRICT;
INSERT INTO calls_by_day
SELECT (started_at + 28800000) / 86400000, count(*) FROM attempts WHERE charged IS NOT 'no' GROUP BY 1;
CREATE TRIGGER attempts_begun AFTER INSERT ON attempts WHEN new.charged IS NOT 'no' BEGIN
    INSERT INTO calls_by_day VALUES ((new.started_at + 28800000) / 86400000, 1)
    ON CONFLICT (day) DO UPDATE SET calls = calls + 1;
END;
CREATE TRIGGER attempts_ended AFTER UPDATE OF charged ON attempts
WHEN (old.charged IS NOT 'no') <> (new.charged IS NOT 'no') BEGIN
    UPDATE calls_by_day SET calls = calls + CASE WHEN new.charged IS 'no' THEN -1 ELSE 1 END
    WHERE day = (new.started_at + 28800000) / 86400000;
END;
CREATE TRIGGER attempts_released AFTER DELETE ON attempts WHEN old.charged IS NOT 'no' BEGIN
    UPDATE calls_by_day SET calls = calls - 1 WHERE day = (old.started_at + 28800000) / 86400000;
END;
-- The latest request to each provider, in microseconds since 1970 in UTC, under a shared rate.
CREATE TABLE latest_requests (
    provider TEXT    PRIMARY KEY,
    sent_at  INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
