-- split: what each cell converted to, and what it could not convert, over its allocation rows in proportion to
-- their cost. subgroup 0 and 1: converted and not; 2 and 3: the same of a pool's negative line.
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
    CASE WHEN is_negative_line THEN side + 2 ELSE side END AS subgroup_id,
    member_id,
    amount_units(abs(cost)) AS weight,
    CASE WHEN is_negative_line THEN -amount ELSE amount END::DECIMAL(38,15) AS amount
FROM side
