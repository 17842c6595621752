-- The months whose derived figures these files make stale.
INSERT OR REPLACE INTO month_input
SELECT DISTINCT CAST(date_trunc('month', at_utc) AS DATE), $batch_id
FROM token_usage
WHERE file_id IN (SELECT unnest($file_ids::INTEGER[]))
