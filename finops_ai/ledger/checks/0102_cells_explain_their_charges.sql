-- promise: each group of charges has as much money allocated as it was billed
-- after: attribution
WITH allocated AS (
    SELECT month, cell_id, sum(cost) AS cost
    FROM allocation_row
    GROUP BY month, cell_id
)

SELECT month, cell_id, cell.billed_cost, allocated.cost
FROM cell
FULL JOIN allocated USING (month, cell_id)
WHERE cell.billed_cost IS DISTINCT FROM allocated.cost
ORDER BY month, cell_id
