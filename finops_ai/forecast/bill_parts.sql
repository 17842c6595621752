-- One row per month and part (basis, credit, tax, one_time, refund) in $currency: effective cost of the basis,
-- billed cost of the others.
SELECT month, part, sum(CASE WHEN part = 'basis' THEN effective_cost ELSE billed_cost END) AS cost
FROM budget_charge
WHERE billing_currency = $currency AND month <= $last_month
GROUP BY ALL
ORDER BY ALL
