-- One row per month that is closed now: the hash of its figures, and what they rest on.
INSERT INTO closed_month (month, figures_sha256, catalogue_sha256, closed_batch, closed_at_utc)
SELECT $month, $sha256, catalogue_hash, $batch_id, $at_utc
FROM month_attributed
WHERE month = $month
