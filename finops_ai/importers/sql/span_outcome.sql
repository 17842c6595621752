-- First and last instant among the rows that one file holds.
SELECT min(resolved_at_utc), max(resolved_at_utc)
FROM outcome
WHERE file_id = $file_id
