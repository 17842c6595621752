-- One row per month, currency, provider and charge category, of $month and $before.
-- total as billed, unrounded.
SELECT
    date_trunc('month', billing_period_start_utc)::DATE AS month,
    billing_currency AS currency,
    provider,
    charge_category AS category,
    sum(billed_cost) AS total,
    count(*) AS charge_rows
FROM charge
WHERE date_trunc('month', billing_period_start_utc)::DATE IN ($month, $before)
GROUP BY ALL
ORDER BY month, currency, provider, category
