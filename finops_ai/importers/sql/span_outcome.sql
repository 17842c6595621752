-- First and last instant among the rows that each file holds.
SELECT file_id, min(resolved_at_utc), max(resolved_at_utc)
FROM outcome
WHERE file_id IN (SELECT unnest($file_ids::INTEGER[]))
GROUP BY file_id
