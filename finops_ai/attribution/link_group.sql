-- Temporary: one row per group of outcomes that calls share and span in it: each span alone, and each combination of
-- spans, numbered after them.
CREATE OR REPLACE TEMP TABLE link_group AS
WITH combination AS (
    SELECT
        (SELECT coalesce(max(span_id), 0) FROM link_span) + row_number() OVER () AS group_id,
        spans
    FROM (SELECT DISTINCT spans FROM call_several)
)

SELECT span_id AS group_id, span_id, NULL AS spans
FROM link_span
UNION ALL
SELECT group_id, unnest(spans), spans
FROM combination
