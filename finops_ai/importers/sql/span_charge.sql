-- First and last instant among the rows that each file holds.
SELECT file_id, min(charge_period_start_utc), max(charge_period_start_utc)
FROM charge
WHERE file_id IN (SELECT unnest($file_ids::INTEGER[]))
GROUP BY file_id
