-- One row per month and currency with charges or usage. Money in billing_currency; NULL where the
-- month has not been attributed; currency NULL for a month that has usage and no charge.
WITH billed AS (
    SELECT
        date_trunc('month', billing_period_start_utc)::DATE AS month,
        billing_currency,
        sum(billed_cost) AS billed_cost
    FROM charge
    GROUP BY ALL
),

usage_calls AS (
    SELECT date_trunc('month', at_utc)::DATE AS month, sum(calls)::BIGINT AS calls
    FROM token_usage
    GROUP BY ALL
),

placed AS (
    SELECT
        month,
        billing_currency,
        coalesce(sum(cost) FILTER (cause IS NULL), 0) AS attributed_cost,
        coalesce(sum(cost) FILTER (cause IS NOT NULL), 0) AS gap_cost
    FROM allocation
    WHERE label IN ('billed', 'allocated')
    GROUP BY ALL
)

SELECT
    month,
    billed.billing_currency,
    billed.billed_cost,
    placed.attributed_cost,
    placed.gap_cost,
    usage_calls.calls
FROM billed
FULL JOIN usage_calls USING (month)
LEFT JOIN placed USING (month, billing_currency)
ORDER BY month, billed.billing_currency
