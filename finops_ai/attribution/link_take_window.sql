-- The calls of link_found with the outcomes that were resolved at or after them and at most $hours later: table
-- call_link.
INSERT INTO call_link
SELECT
    file_id,
    row_number,
    claim,
    step_id,
    value_id,
    CASE WHEN method = 'last' THEN span_last ELSE span_first END,
    CASE WHEN method IN ('next', 'first') THEN span_first ELSE span_last END
FROM (
    SELECT found.*, upcoming.first_seq AS span_first, latest.last_seq AS span_last
    FROM link_found AS found
    ASOF INNER JOIN link_instant AS upcoming
        ON upcoming.value_id = found.value_id AND found.at_utc <= upcoming.resolved_at_utc
    ASOF INNER JOIN link_instant AS latest
        ON latest.value_id = found.value_id AND found.until_utc >= latest.resolved_at_utc
    WHERE upcoming.resolved_at_utc <= found.until_utc
)
