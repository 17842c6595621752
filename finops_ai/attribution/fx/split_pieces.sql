-- split: what each cell converted to, and what it could not convert, over its allocation rows in proportion to
-- their cost; the two sides are neighbouring subgroups. A line that is passed on stands alone beside the rest of what its
-- cell moves (member 0), so that it converts to the same amount where it arrives and where it leaves.
CREATE OR REPLACE TEMP TABLE split AS
WITH side AS (
    SELECT *, 0 AS side, cell_reporting_cost AS amount
    FROM fx_piece
    WHERE cell_reporting_cost IS NOT NULL
    UNION ALL
    SELECT *, 1, cell_unconverted_cost
    FROM fx_piece
)

SELECT
    cell_id AS group_id,
    first_subgroup + side AS subgroup_id,
    member_id,
    amount_units(abs(cost)) AS weight,
    (sign * amount)::DECIMAL(38,15) AS amount
FROM side
UNION ALL
SELECT
    cell_id,
    first_subgroup + side,
    0,
    CASE WHEN cost = 0 THEN 1::HUGEINT ELSE amount_units(greatest(abs(whole_cost) - abs(cost), 0)) END,
    (sign * amount)::DECIMAL(38,15)
FROM side
WHERE is_passed_on
