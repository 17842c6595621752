-- First and last instant among the rows that one file holds.
SELECT min(at_utc), max(at_utc)
FROM token_usage
WHERE file_id = $file_id
