-- The calls of link_found with the outcomes they were made for: table call_link. Those resolved at or after the
-- call, else those resolved last. Without a stated method the next one takes the call.
INSERT INTO call_link
SELECT file_id, row_number, claim, step_id, value_id, 1, 1
FROM link_found
WHERE outcomes = 1
UNION ALL
SELECT
    file_id,
    row_number,
    claim,
    step_id,
    value_id,
    CASE WHEN method = 'last' THEN span_last ELSE span_first END,
    CASE WHEN method IN ('next', 'first') THEN span_first ELSE span_last END
FROM (
    SELECT
        found.*,
        coalesce(upcoming.first_seq, newest.first_seq) AS span_first,
        found.outcomes AS span_last
    FROM link_found AS found
    INNER JOIN link_instant AS newest ON newest.value_id = found.value_id AND newest.is_newest
    ASOF LEFT JOIN link_instant AS upcoming
        ON upcoming.value_id = found.value_id AND found.at_utc <= upcoming.resolved_at_utc
    WHERE found.outcomes > 1
)
