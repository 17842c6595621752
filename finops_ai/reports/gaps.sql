-- One row per month and named gap, of $month and $before. cost stands inside the bill, estimated beside it.
SELECT
    month,
    cause,
    provider,
    detail,
    billing_currency AS currency,
    sum(cost) AS cost,
    sum(estimated_cost) AS estimated,
    coalesce(sum(charge_rows), 0)::BIGINT AS charge_rows,
    min(label) AS label
FROM gap
WHERE month IN ($month, $before)
GROUP BY month, cause, provider, detail, billing_currency
ORDER BY month, cause, abs(sum(cost)) DESC, provider, detail, currency
