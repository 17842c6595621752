-- Temporary: outcomes of $kind by the value that calls carry: their own session or trace where the link has
-- that name, their own tag where it names one ($path), else their outcome_id. One row per value and instant,
-- the smallest id among equals.
CREATE OR REPLACE TEMP TABLE link_outcome AS
WITH named AS (
    SELECT
        CASE $link
            WHEN 'session_id' THEN session_id
            WHEN 'trace_id' THEN trace_id
            ELSE coalesce(TRY(json_extract_string(tags, $path::VARCHAR)), outcome_id)
        END AS link_value,
        resolved_at_utc,
        outcome_id
    FROM outcome
    WHERE kind = $kind
)

SELECT
    link_value AS value,
    resolved_at_utc,
    min(outcome_id) AS outcome_id
FROM named
WHERE link_value IS NOT NULL
GROUP BY link_value, resolved_at_utc
