-- One row per provider, model and rate of the accrual in force of $month, with what the rate rests on.
SELECT
    provider,
    coalesce(model_id, model_name) AS model,
    currency,
    price_basis,
    rate,
    rate_basis,
    max(rate_sample_cost)::DECIMAL(38,15) AS rate_sample_cost,
    max(rate_sample_days)::BIGINT AS rate_sample_days
FROM accrual_day
WHERE month = $month AND NOT is_billed AND accrued_cost IS NOT NULL
GROUP BY ALL
ORDER BY provider, model, currency, price_basis, rate, rate_basis
