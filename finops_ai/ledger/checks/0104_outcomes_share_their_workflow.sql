-- promise: the outcome kinds of a workflow together cost what the workflow costs, never more
-- after: attribution
WITH outcomes AS (
    SELECT
        month,
        workflow,
        billing_currency,
        sum(linked_cost + unlinked_cost + shared_cost) AS cost
    FROM outcome_cost
    WHERE $month IS NULL OR month = $month
    GROUP BY month, workflow, billing_currency
)

SELECT month, workflow, billing_currency, outcomes.cost, workflow_month.total_cost
FROM outcomes
LEFT JOIN (FROM workflow_month WHERE $month IS NULL OR month = $month) AS workflow_month USING (month, workflow, billing_currency)
WHERE outcomes.cost <> coalesce(workflow_month.total_cost, 0)
ORDER BY ALL
