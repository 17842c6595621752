-- One row per estimate beside the bill of $month, at list price; NULL where there is none.
SELECT cause, provider, detail, billing_currency AS currency, estimated_cost AS estimated
FROM gap
WHERE month = $month AND label = 'estimated'
ORDER BY cause, estimated DESC NULLS FIRST, provider, detail, currency
