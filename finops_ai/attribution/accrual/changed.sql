-- A row when what is booked is not what was booked before (temporary accrual_before), whenever it was written.
WITH now AS (
    SELECT * EXCLUDE (recorded_at_utc)
    FROM accrual
),

before AS (
    SELECT * EXCLUDE (recorded_at_utc)
    FROM accrual_before
),

different AS (
    (FROM now EXCEPT ALL FROM before)
    UNION ALL
    (FROM before EXCEPT ALL FROM now)
)

SELECT true
FROM different
LIMIT 1
