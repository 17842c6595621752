-- One row per workflow and currency of $month that spent money and has no outcome kind in finops.yaml.
SELECT workflow, billing_currency AS currency, total_cost AS cost
FROM workflow_month
WHERE month = $month
    AND total_cost <> 0
    AND workflow NOT IN (SELECT workflow FROM outcome_month WHERE month = $month)
ORDER BY workflow, currency
