-- One row per attributed month from $from_month, workflow and currency: what the calls cost by estimate (contract
-- rate, else list price), and what is attributed of the bills. NULL: nothing of it is known.
WITH estimate AS (
    SELECT
        a.month,
        a.workflow,
        CASE WHEN p.contract_cost IS NULL THEN p.currency ELSE p.contract_currency END AS currency,
        sum(coalesce(p.contract_cost, p.list_cost)) AS estimated_cost
    FROM usage_attributed AS a
    INNER JOIN priced_usage AS p USING (month, file_id, row_number)
    WHERE a.month >= $from_month AND coalesce(p.contract_cost, p.list_cost) IS NOT NULL
    GROUP BY ALL
),

attributed AS (
    SELECT month, workflow, billing_currency AS currency, sum(total_cost) AS attributed_cost
    FROM workflow_month
    WHERE month >= $from_month
    GROUP BY ALL
)

SELECT
    coalesce(e.month, a.month) AS month,
    coalesce(e.workflow, a.workflow) AS workflow,
    coalesce(e.currency, a.currency) AS currency,
    e.estimated_cost::DECIMAL(38,15) AS estimated_cost,
    a.attributed_cost::DECIMAL(38,15) AS attributed_cost
FROM estimate AS e
FULL JOIN attributed AS a
    ON a.month = e.month AND a.workflow IS NOT DISTINCT FROM e.workflow AND a.currency IS NOT DISTINCT FROM e.currency
ORDER BY ALL
