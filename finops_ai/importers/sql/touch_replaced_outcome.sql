-- The months that lose an outcome which now has other values, and those whose calls were made for it.
INSERT OR REPLACE INTO month_input
WITH replaced AS (
    SELECT kind, outcome_id, resolved_at_utc
    FROM outcome
    WHERE source = $source AND source_key IN (SELECT key FROM verdict WHERE standing AND state = 'replaced')
)

SELECT DISTINCT CAST(date_trunc('month', resolved_at_utc) AS DATE), $batch_id
FROM replaced
UNION
SELECT DISTINCT outcome_call.month, $batch_id
FROM outcome_call
INNER JOIN replaced
    ON replaced.kind = outcome_call.outcome_kind AND replaced.outcome_id = outcome_call.outcome_id
