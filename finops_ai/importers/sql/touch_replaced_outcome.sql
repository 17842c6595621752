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
SELECT DISTINCT usage_attributed.month, $batch_id
FROM usage_attributed
INNER JOIN replaced
    ON replaced.kind = usage_attributed.outcome_kind AND replaced.outcome_id = usage_attributed.outcome_id
