-- One row per workflow (NULL: none) and currency of $month: the billed money that stands with it.
SELECT workflow, billing_currency AS currency, sum(cost)::DECIMAL(38,15) AS cost
FROM allocation
WHERE month = $month
GROUP BY workflow, billing_currency
ORDER BY currency, workflow NULLS LAST
