-- One row per month, currency and band from $first to $month. cost unrounded, in the row's currency.
-- Bands: workflow (total), gap (inside the bill), billed (the whole bill).
SELECT month, billing_currency AS currency, 'workflow' AS kind, workflow AS name, sum(total_cost) AS cost
FROM workflow_month
WHERE month >= $first AND month <= $month
GROUP BY ALL
UNION ALL
SELECT month, billing_currency, 'gap', cause, sum(cost)
FROM gap
WHERE month >= $first AND month <= $month
GROUP BY ALL
UNION ALL
SELECT
    date_trunc('month', billing_period_start_utc)::DATE,
    billing_currency,
    'billed',
    'billed',
    sum(billed_cost)
FROM charge
WHERE
    date_trunc('month', billing_period_start_utc)::DATE >= $first
    AND date_trunc('month', billing_period_start_utc)::DATE <= $month
GROUP BY ALL
ORDER BY ALL
