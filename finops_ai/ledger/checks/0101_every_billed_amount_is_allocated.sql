-- promise: billed = workflows + shared, not yet allocated + named gaps, to the last digit, in each month and currency
-- after: attribution
WITH billed AS (
    SELECT
        date_trunc('month', billing_period_start_utc)::DATE AS month,
        billing_currency,
        sum(billed_cost) AS billed_cost
    FROM charge
    WHERE $month IS NULL
        OR (billing_period_start_utc >= $month AND billing_period_start_utc < $month::DATE + INTERVAL 1 MONTH)
    GROUP BY ALL
),

allocated AS (
    SELECT month, billing_currency, sum(cost) AS cost
    FROM allocation
    WHERE $month IS NULL OR month = $month
    GROUP BY ALL
),

fresh AS (
    SELECT month_attributed.month
    FROM month_attributed
    LEFT JOIN month_input ON month_input.month = month_attributed.month
    WHERE ($month IS NULL OR month_attributed.month = $month)
        AND month_attributed.input_batch_id IS NOT DISTINCT FROM month_input.batch_id
)

SELECT month, billing_currency, billed.billed_cost, allocated.cost
FROM billed
FULL JOIN allocated USING (month, billing_currency)
SEMI JOIN fresh USING (month)
WHERE coalesce(billed.billed_cost, 0) <> coalesce(allocated.cost, 0)
ORDER BY month, billing_currency
