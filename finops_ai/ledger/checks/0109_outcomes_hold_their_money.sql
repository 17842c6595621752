-- promise: the money of single outcomes adds up to what is linked to their kind in their workflow
-- after: attribution
WITH spent AS (
    SELECT month, outcome_kind AS kind, workflow, billing_currency, sum(cost) AS cost
    FROM outcome_spend
    WHERE $month IS NULL OR month = $month
    GROUP BY ALL
)

SELECT month, kind, workflow, billing_currency, spent.cost, outcome_month.linked_cost
FROM spent
FULL JOIN (FROM outcome_month WHERE $month IS NULL OR month = $month) AS outcome_month
    USING (month, kind, workflow, billing_currency)
WHERE coalesce(spent.cost, 0) <> coalesce(outcome_month.linked_cost, 0)
ORDER BY ALL
