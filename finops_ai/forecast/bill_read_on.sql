-- The last instant (UTC) at which a file with recurring charges in $currency of $month was read; NULL: not known.
SELECT max(read_at_utc) AS read_at_utc
FROM budget_charge
WHERE billing_currency = $currency AND part = 'basis' AND month = $month
