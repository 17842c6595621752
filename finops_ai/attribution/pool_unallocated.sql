-- A pool, or a team's part of one, that nobody receives a part of keeps its money, by name.
UPDATE allocation_row
SET
    cause = 'shared_unallocated',
    detail = allocation_row.pool
FROM cell
WHERE allocation_row.month = $month
    AND allocation_row.kind = 'pool_source'
    AND cell.month = $month
    AND cell.cell_id = allocation_row.cell_id
    AND NOT EXISTS (
        SELECT 1
        FROM pool_weight
        WHERE pool_weight.pool = allocation_row.pool AND pool_weight.billing_currency = cell.billing_currency
    )
