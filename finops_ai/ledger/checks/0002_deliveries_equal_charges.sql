-- promise: the charges in force add up to the deliveries in force
-- after: import
WITH delivered AS (
    SELECT file_id, sum(charge_rows) AS charge_rows, sum(billed_cost) AS billed_cost
    FROM delivery
    WHERE superseded_by_file_id IS NULL
    GROUP BY file_id
),

stored AS (
    SELECT file_id, count(*) AS charge_rows, sum(billed_cost) AS billed_cost
    FROM charge
    GROUP BY file_id
)

SELECT file_id, delivered.charge_rows, stored.charge_rows, delivered.billed_cost, stored.billed_cost
FROM delivered
FULL JOIN stored USING (file_id)
WHERE delivered.charge_rows IS DISTINCT FROM stored.charge_rows
    OR delivered.billed_cost IS DISTINCT FROM stored.billed_cost
