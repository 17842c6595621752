-- One row per provider, account, model, workflow and currency of $month: the accrual in force, where there is a price.
SELECT
    provider,
    account,
    model,
    workflow,
    currency,
    first_day,
    last_day,
    calls,
    tokens,
    price_cost,
    accrued_cost
FROM accrual_month
WHERE month = $month AND accrued_cost IS NOT NULL
ORDER BY accrued_cost DESC, provider, account, model, workflow, currency
