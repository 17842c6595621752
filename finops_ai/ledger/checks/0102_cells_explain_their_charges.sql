-- promise: each group of charges has as much money allocated as it was billed
-- after: attribution
WITH allocated AS (
    SELECT month, cell_id, sum(cost) AS cost
    FROM allocation_row
    WHERE $month IS NULL OR month = $month
    GROUP BY month, cell_id
)

SELECT month, cell_id, cell.billed_cost, allocated.cost
FROM (FROM cell WHERE $month IS NULL OR month = $month) AS cell
FULL JOIN allocated USING (month, cell_id)
WHERE coalesce(cell.billed_cost, 0) <> coalesce(allocated.cost, 0)
ORDER BY month, cell_id
