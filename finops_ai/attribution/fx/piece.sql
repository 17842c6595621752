-- Temporary: the allocation rows of $month in other currencies, numbered within their cell in the order of their
-- names. A pool's negative line and its receivers are groups of their own.
CREATE OR REPLACE TEMP TABLE fx_piece AS
SELECT
    row.*,
    fx_cell.is_transfer AND row.kind = 'pool_source' AS is_negative_line,
    fx_cell.reporting_cost AS cell_reporting_cost,
    fx_cell.unconverted_cost AS cell_unconverted_cost,
    row_number() OVER (
        PARTITION BY row.cell_id
        ORDER BY row.kind, row.workflow, row.cause, row.detail, row.rule_ordinal, row.outcome_kind, row.outcome_id, row.cost
    ) AS member_id
FROM allocation_row AS row
INNER JOIN fx_cell ON fx_cell.cell_id = row.cell_id
WHERE row.month = $month
