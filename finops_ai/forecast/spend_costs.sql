-- One row per month, workflow and day up to $last_month: billed cost in the reporting currency (reporting_cost),
-- and how many pieces have no exchange rate. workflow NULL: given to none. day NULL: a charge of more than a day
-- or a share of a pool; a day outside its bill's month counts as the nearest day of it.
SELECT
    month,
    workflow,
    CASE WHEN day IS NOT NULL THEN greatest(least(day, last_day(month)), month) END AS day,
    coalesce(sum(reporting_cost), 0)::DECIMAL(38,15) AS reporting_cost,
    count(*) FILTER (WHERE unconverted_cost <> 0) AS unconverted_pieces
FROM allocation_reporting
WHERE month <= $last_month
GROUP BY ALL
ORDER BY ALL
