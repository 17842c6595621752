-- One row per provider, currency and reason of $month: billed money, in its own currency, that no rate converts.
SELECT
    'currency' AS cause,
    provider,
    missing AS detail,
    billing_currency AS currency,
    sum(billed_cost)::DECIMAL(38,15) AS cost,
    count(*) AS charge_rows,
    min(day) AS first_day,
    max(day) AS last_day
FROM charge_converted
WHERE month = $month AND rate IS NULL
GROUP BY provider, missing, billing_currency
ORDER BY currency, provider, detail
