-- One row per month, commitment and currency: what there was, what was used and what is left. Money in `currency`.
SELECT
    month,
    commitment,
    kind,
    unit,
    capacity,
    used,
    idle,
    balance,
    currency,
    cost,
    idle_cost
FROM commitment_month
WHERE $month IS NULL OR month = $month
ORDER BY commitment, month, currency
