-- promise: what the charges of each group convert to is what its allocation converts to, and money without a rate stays apart
-- after: attribution
WITH charged AS (
    SELECT
        month,
        cell_id,
        sum(reporting_cost) AS reporting_cost,
        sum(billed_cost) FILTER (WHERE rate IS NULL) AS unconverted_cost,
        count(*) FILTER ((rate IS NULL) <> (reporting_cost IS NULL)) AS half_converted
    FROM charge_converted
    WHERE $month IS NULL OR month = $month
    GROUP BY month, cell_id
),

allocated AS (
    SELECT
        month,
        cell_id,
        sum(reporting_cost) AS reporting_cost,
        sum(unconverted_cost) AS unconverted_cost
    FROM allocation_converted
    WHERE $month IS NULL OR month = $month
    GROUP BY month, cell_id
)

SELECT month, cell_id, charged.reporting_cost, allocated.reporting_cost, charged.unconverted_cost, allocated.unconverted_cost
FROM charged
FULL JOIN allocated USING (month, cell_id)
WHERE coalesce(charged.reporting_cost, 0) <> coalesce(allocated.reporting_cost, 0)
    OR coalesce(charged.unconverted_cost, 0) <> coalesce(allocated.unconverted_cost, 0)
    OR charged.half_converted > 0
ORDER BY month, cell_id
