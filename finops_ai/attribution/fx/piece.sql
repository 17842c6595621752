-- Temporary: the allocation rows of $month in other currencies, numbered within their cell in the order of their
-- names. first_subgroup: 0, but 2 for a pool's negative line, and from 4 on, apart from each other, the lines of pools and
-- teams that pass on what they receive; of these whole_cost is what the cell moves, and sign how their amount counts.
CREATE OR REPLACE TEMP TABLE fx_piece AS
WITH placed AS (
    SELECT
        row.*,
        fx_cell.reporting_cost AS cell_reporting_cost,
        fx_cell.unconverted_cost AS cell_unconverted_cost,
        fx_cell.is_transfer AND row.kind = 'pool_source' AND row.pool = cell.pool AS is_negative_line,
        fx_cell.is_transfer AND row.kind = 'pool_source' AND row.pool <> cell.pool AND row.cause IS NULL AS is_passed_on,
        row_number() OVER (
            PARTITION BY row.cell_id
            ORDER BY
                row.kind, row.workflow, row.cause, row.detail, row.rule_ordinal, row.outcome_kind, row.outcome_id,
                row.pool, row.cost
        ) AS member_id
    FROM allocation_row AS row
    INNER JOIN fx_cell ON fx_cell.cell_id = row.cell_id
    INNER JOIN cell ON cell.month = $month AND cell.cell_id = row.cell_id
    WHERE row.month = $month
),

moved AS (
    SELECT cell_id, -cost AS whole_cost
    FROM placed
    WHERE is_negative_line
)

SELECT
    placed.*,
    CASE
        WHEN is_negative_line THEN 2
        WHEN is_passed_on THEN 4 + 2 * member_id
        ELSE 0
    END AS first_subgroup,
    CASE
        WHEN is_negative_line THEN -1
        WHEN is_passed_on AND sign(cost) <> sign(whole_cost) THEN -1
        ELSE 1
    END AS sign,
    whole_cost
FROM placed
LEFT JOIN moved USING (cell_id)
