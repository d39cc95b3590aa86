-- An attempt whose charge changes without a change of the count does not touch the row of its day.
CREATE OR REPLACE FUNCTION count_attempt() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND (OLD.charged IS DISTINCT FROM 'no') = (NEW.charged IS DISTINCT FROM 'no') THEN
        RETURN NULL;
    END IF;
    IF TG_OP <> 'INSERT' AND OLD.charged IS DISTINCT FROM 'no' THEN
        UPDATE calls_by_day SET calls = calls - 1 WHERE day = (OLD.started_at + 28800000) / 86400000;
    END IF;
    IF TG_OP <> 'DELETE' AND NEW.charged IS DISTINCT FROM 'no' THEN
        INSERT INTO calls_by_day AS days (day, calls) VALUES ((NEW.started_at + 28800000) / 86400000, 1)
        ON CONFLICT (day) DO UPDATE SET calls = days.calls + 1;
    END IF;
    RETURN NULL;
END $$;
