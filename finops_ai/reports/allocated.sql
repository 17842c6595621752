-- One row per currency, kind and cause of $month: where the billed amounts stand after allocation, unrounded.
SELECT
    billing_currency AS currency,
    kind,
    cause,
    sum(cost) AS cost
FROM allocation
WHERE month = $month AND label IN ('billed', 'allocated')
GROUP BY billing_currency, kind, cause
ORDER BY billing_currency, kind, cause
