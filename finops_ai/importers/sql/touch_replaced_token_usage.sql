-- The months that lose a call which now has other values: its record grew over the end of a month.
INSERT OR REPLACE INTO month_input
SELECT DISTINCT CAST(date_trunc('month', at_utc) AS DATE), $batch_id
FROM token_usage
WHERE source = $source AND usage_id IN (SELECT key FROM verdict WHERE standing AND state = 'replaced')
