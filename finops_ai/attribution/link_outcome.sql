-- Temporary: outcomes of $kind by the value that calls carry: their own session or trace where the link has
-- that name, else their outcome_id. One row per value and instant, the smallest id among equals.
CREATE OR REPLACE TEMP TABLE link_outcome AS
SELECT
    CASE $link WHEN 'session_id' THEN session_id WHEN 'trace_id' THEN trace_id ELSE outcome_id END AS value,
    resolved_at_utc,
    min(outcome_id) AS outcome_id
FROM outcome
WHERE kind = $kind
    AND CASE $link WHEN 'session_id' THEN session_id WHEN 'trace_id' THEN trace_id ELSE outcome_id END IS NOT NULL
GROUP BY ALL
