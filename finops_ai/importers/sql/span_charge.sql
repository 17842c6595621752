-- First and last instant among the rows that one file holds.
SELECT min(charge_period_start_utc), max(charge_period_start_utc)
FROM charge
WHERE file_id = $file_id
