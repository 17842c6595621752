-- Temporary: one row per value of link_named, numbered after those of earlier passes, and how many outcomes it has.
CREATE OR REPLACE TEMP TABLE link_value AS
SELECT
    (SELECT coalesce(max(value_id), 0) FROM link_outcome) + row_number() OVER () AS value_id,
    step_id,
    kind,
    value,
    count(*) AS outcomes
FROM link_named
GROUP BY step_id, kind, value
