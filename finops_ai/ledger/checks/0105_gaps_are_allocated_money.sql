-- promise: the named gaps are the same money as the allocation without a workflow
-- after: attribution
WITH named AS (
    SELECT month, billing_currency, sum(cost) AS cost
    FROM gap
    WHERE $month IS NULL OR month = $month
    GROUP BY month, billing_currency
),

allocated AS (
    SELECT month, billing_currency, sum(cost) AS cost
    FROM allocation
    WHERE (kind = 'gap' OR cause = 'shared_unallocated') AND ($month IS NULL OR month = $month)
    GROUP BY month, billing_currency
)

SELECT month, billing_currency, named.cost, allocated.cost
FROM named
FULL JOIN allocated USING (month, billing_currency)
WHERE coalesce(named.cost, 0) <> coalesce(allocated.cost, 0)
ORDER BY ALL
