-- One row per currency: what the month's calls cost, as the detectors see it, and what its commitments were billed.
WITH spent AS (
    SELECT
        currency,
        input_cost + cache_read_cost + cache_write_cost + output_cost AS cost,
        1 AS calls,
        CASE WHEN is_priced THEN 0 ELSE 1 END AS unpriced_calls
    FROM waste_call
    WHERE $workflow IS NULL OR workflow = $workflow
    UNION ALL
    SELECT currency, cost, 0, 0
    FROM commitment_use
    WHERE month = $month AND kind <> 'credits' AND cost IS NOT NULL AND $workflow IS NULL
)

SELECT
    currency,
    sum(cost)::DECIMAL(38,15) AS cost,
    sum(calls)::BIGINT AS calls,
    sum(unpriced_calls)::BIGINT AS unpriced_calls
FROM spent
GROUP BY currency
ORDER BY currency
