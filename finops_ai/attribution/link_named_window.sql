-- Temporary: the outcomes that pass $pass looks for by time, each with the key that its calls carry (link_same): no
-- earlier link found a call, none of the columns in $carries is filled, and no other workflow is named. Only
-- outcomes that can take calls of the month: resolved before its end plus $hours.
CREATE OR REPLACE TEMP TABLE link_named AS
SELECT DISTINCT
    s.step_id,
    o.kind,
    link_same.value,
    o.outcome_id,
    o.resolved_at_utc,
    o.file_id
FROM outcome AS o
INNER JOIN link_step AS s ON s.kind = o.kind AND s.pass = $pass
INNER JOIN link_same
    ON link_same.kind = o.kind AND link_same.outcome_id = o.outcome_id AND NOT link_same.has_own_tag
ANTI JOIN link_known ON link_known.kind = o.kind AND link_known.outcome_id = o.outcome_id
ANTI JOIN link_step AS other
    ON other.kind = o.kind AND other.workflow = o.workflow_hint AND other.workflow <> s.workflow
WHERE o.resolved_at_utc >= $start_utc
    AND o.resolved_at_utc < $end_utc + to_hours($hours::INTEGER)
    AND link_same.value IS NOT NULL
    AND NOT (list_contains($carries::VARCHAR [], 'session_id') AND o.session_id IS NOT NULL)
    AND NOT (list_contains($carries::VARCHAR [], 'trace_id') AND o.trace_id IS NOT NULL)
    AND NOT (
        list_contains($carries::VARCHAR [], 'branch')
        AND TRY(coalesce(json_extract_string(o.tags, '$.git_branch'), json_extract_string(o.tags, '$.branch')))
            IS NOT NULL
    )
