-- One row per currency: what was billed for $month, as its attribution saw it.
SELECT billing_currency AS currency, sum(billed_cost)::DECIMAL(38,15) AS billed
FROM cell
WHERE month = $month
GROUP BY billing_currency
ORDER BY billing_currency
