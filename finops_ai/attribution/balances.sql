-- One row per currency of $month: the billed total, from the charges themselves, and where it stands, unrounded.
WITH billed AS (
    SELECT billing_currency AS currency, sum(billed_cost)::DECIMAL(38,15) AS billed
    FROM charge
    WHERE date_trunc('month', billing_period_start_utc)::DATE = $month
    GROUP BY billing_currency
),

placed AS (
    SELECT
        billing_currency AS currency,
        coalesce(sum(cost) FILTER (WHERE workflow IS NOT NULL), 0)::DECIMAL(38,15) AS workflows,
        coalesce(sum(cost) FILTER (WHERE kind = 'pool_source'), 0)::DECIMAL(38,15) AS shared_unallocated,
        coalesce(sum(cost) FILTER (WHERE kind = 'gap'), 0)::DECIMAL(38,15) AS gaps
    FROM allocation
    WHERE month = $month
    GROUP BY billing_currency
)

SELECT
    currency,
    billed.billed,
    coalesce(placed.workflows, 0)::DECIMAL(38,15) AS workflows,
    coalesce(placed.shared_unallocated, 0)::DECIMAL(38,15) AS shared_unallocated,
    coalesce(placed.gaps, 0)::DECIMAL(38,15) AS gaps
FROM billed
LEFT JOIN placed USING (currency)
ORDER BY currency
