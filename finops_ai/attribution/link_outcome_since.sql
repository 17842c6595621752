-- Temporary: the values that outcomes of $kind are found by, and the newest file that names each.
CREATE OR REPLACE TEMP TABLE link_outcome_since AS
SELECT
    CASE $link
        WHEN 'session_id' THEN session_id
        WHEN 'trace_id' THEN trace_id
        ELSE coalesce(TRY(json_extract_string(tags, $path::VARCHAR)), outcome_id)
    END AS value,
    max(file_id) AS file_id
FROM outcome
WHERE kind = $kind
GROUP BY ALL
