-- One row per file and 65,536 records of it that hold usage of the month: how many rows.
SELECT file_id, row_number // 65536 AS block, count(*)
FROM token_usage
WHERE at_utc >= $start_utc AND at_utc < $end_utc
GROUP BY file_id, block
ORDER BY file_id, block
