-- First and last instant among the rows that each file holds.
SELECT file_id, min(at_utc), max(at_utc)
FROM token_usage
WHERE file_id IN (SELECT unnest($file_ids::INTEGER[]))
GROUP BY file_id
