-- One row per imported file with rows in $month, in force or since replaced, or with nothing but rejects; a file that was
-- read again and still has rejects stands in the months of its first reading, which holds its rows.
WITH used AS (
    SELECT file_id, count(*) AS rows_in_month
    FROM charge
    WHERE date_trunc('month', billing_period_start_utc)::DATE = $month
    GROUP BY file_id
    UNION ALL
    SELECT file_id, count(*)
    FROM token_usage
    WHERE at_utc >= $start_utc AND at_utc < $end_utc
    GROUP BY file_id
    UNION ALL
    SELECT file_id, count(*)
    FROM outcome
    WHERE resolved_at_utc >= $start_utc AND resolved_at_utc < $end_utc
    GROUP BY file_id
    UNION ALL
    SELECT DISTINCT file_id, 0
    FROM charge_superseded
    WHERE date_trunc('month', billing_period_start_utc)::DATE = $month
    UNION ALL
    SELECT file_id, 0
    FROM imported_file
    WHERE rows_rejected > 0 AND rows_added = 0 AND rows_replaced = 0 AND rows_repeated = 0
),

read_again AS (
    SELECT DISTINCT again.file_id, 0 AS rows_in_month
    FROM used
    INNER JOIN imported_file AS earlier USING (file_id)
    INNER JOIN imported_file AS again ON again.sha256 = earlier.sha256 AND again.file_id > earlier.file_id
    WHERE again.rows_rejected > 0
),

counted AS (
    SELECT file_id, sum(rows_in_month)::BIGINT AS rows_in_month
    FROM (FROM used UNION ALL FROM read_again)
    GROUP BY file_id
)

SELECT
    file_id,
    path,
    importer,
    feeds,
    sha256,
    rows_read,
    rows_added,
    rows_repeated,
    rows_replaced,
    rows_rejected,
    rows_ignored,
    rows_rounded,
    rounded_total,
    rows_in_month
FROM counted
INNER JOIN imported_file USING (file_id)
ORDER BY feeds, importer, path, file_id
