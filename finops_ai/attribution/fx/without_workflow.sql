-- One row: what of $month found no workflow, in the reporting currency: gaps and pools not handed on.
SELECT coalesce(sum(reporting_cost), 0)::DECIMAL(38,15) AS total
FROM allocation_reporting
WHERE month = $month AND workflow IS NULL
