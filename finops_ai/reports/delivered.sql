-- One row per currency of $month: what the deliveries in force said they hold, unrounded.
SELECT billing_currency AS currency, sum(billed_cost) AS total
FROM delivery
WHERE month = $month AND superseded_by_file_id IS NULL
GROUP BY billing_currency
ORDER BY billing_currency
