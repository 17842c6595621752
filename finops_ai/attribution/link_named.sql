-- Temporary: outcomes of $kinds by the value that calls carry: their own session or trace where the link has that
-- name, their own branch, their own tag where it names one ($path), else their outcome_id. Unless
-- $is_any, only values that calls of the month carry (link_seen).
CREATE OR REPLACE TEMP TABLE link_named AS
WITH named AS (
    SELECT
        kind,
        CASE $link
            WHEN 'session_id' THEN session_id
            WHEN 'trace_id' THEN trace_id
            WHEN 'branch' THEN TRY(
                coalesce(json_extract_string(tags, '$.git_branch'), json_extract_string(tags, '$.branch'))
            )
            ELSE coalesce(TRY(json_extract_string(tags, $path::VARCHAR)), outcome_id)
        END AS value,
        outcome_id,
        resolved_at_utc,
        file_id
    FROM outcome
    WHERE kind IN (SELECT unnest($kinds::VARCHAR []))
)

SELECT
    0 AS step_id,
    kind,
    value,
    outcome_id,
    resolved_at_utc,
    file_id
FROM named
WHERE value IS NOT NULL AND ($is_any OR value IN (SELECT link_seen.value FROM link_seen))
