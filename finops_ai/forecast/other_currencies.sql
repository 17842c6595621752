-- One row per currency other than $currency billed in $month: billed cost in that currency.
SELECT billing_currency, sum(billed_cost) AS billed_cost
FROM budget_charge
WHERE billing_currency <> $currency AND month = $month
GROUP BY ALL
ORDER BY ALL
