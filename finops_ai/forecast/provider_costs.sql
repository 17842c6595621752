-- One row per month and provider: recurring billed cost in $currency.
SELECT month, provider, sum(billed_cost) AS billed_cost
FROM budget_charge
WHERE billing_currency = $currency AND part = 'basis' AND month <= $last_month
GROUP BY ALL
ORDER BY ALL
