-- One row per month and part (basis, credit, tax, one_time, refund): billed cost in $currency.
SELECT month, part, sum(billed_cost) AS billed_cost
FROM budget_charge
WHERE billing_currency = $currency AND month <= $last_month
GROUP BY ALL
ORDER BY ALL
