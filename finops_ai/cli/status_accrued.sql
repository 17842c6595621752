-- One row per month and currency of accruals in force: money in `currency`, NULL for usage without a price.
SELECT
    month,
    currency,
    sum(accrued_cost)::DECIMAL(38,15) AS accrued,
    min(first_day) AS first_day,
    max(last_day) AS last_day,
    sum(unpriced_tokens)::BIGINT AS unpriced_tokens,
    label
FROM accrual_month
GROUP BY month, currency, label
ORDER BY month, currency
