-- promise: what leaves a pool is what its receivers get, and a pool that nobody receives keeps its money
-- after: attribution
SELECT
    allocation_row.month,
    cell.billing_currency,
    allocation_row.pool,
    sum(cost) FILTER (WHERE kind = 'pool_source') AS left_in_pool,
    sum(cost) FILTER (WHERE cause = 'shared_unallocated') AS named_unallocated
FROM allocation_row
INNER JOIN cell ON cell.month = allocation_row.month AND cell.cell_id = allocation_row.cell_id
WHERE kind = 'pool_source' AND ($month IS NULL OR allocation_row.month = $month)
GROUP BY allocation_row.month, cell.billing_currency, allocation_row.pool
HAVING left_in_pool <> coalesce(named_unallocated, 0)
ORDER BY ALL
