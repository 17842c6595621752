-- One row per month and span of days paid for, touching $first_day to $last_day (inclusive):
-- recurring effective cost in $currency.
SELECT month, first_day, last_day, sum(effective_cost) AS effective_cost
FROM budget_charge
WHERE
    billing_currency = $currency
    AND part = 'basis'
    AND month <= $last_month
    AND last_day >= $first_day
    AND first_day <= $last_day
GROUP BY ALL
ORDER BY ALL
