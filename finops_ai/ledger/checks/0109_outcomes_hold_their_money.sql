-- promise: the money of single outcomes adds up to what is allocated to their kind and workflow
-- after: attribution
WITH spent AS (
    SELECT month, outcome_kind, workflow, billing_currency, sum(cost) AS cost
    FROM outcome_spend
    GROUP BY ALL
),

allocated AS (
    SELECT
        row.month,
        row.outcome_kind,
        row.workflow,
        cell.billing_currency,
        sum(row.cost) AS cost
    FROM allocation_row AS row
    INNER JOIN cell ON cell.month = row.month AND cell.cell_id = row.cell_id
    WHERE row.outcome_id IS NOT NULL AND row.workflow IS NOT NULL
    GROUP BY ALL
)

SELECT month, outcome_kind, workflow, billing_currency, spent.cost, allocated.cost
FROM spent
FULL JOIN allocated USING (month, outcome_kind, workflow, billing_currency)
WHERE coalesce(spent.cost, 0) <> coalesce(allocated.cost, 0)
ORDER BY ALL
