-- One row per pool that temporary explained takes a share of: what the pool was billed in $month and currency, and what
-- each step left; shared is what all receivers get, taken what the explained figure holds.
SELECT
    row.pool,
    cell.billing_currency AS currency,
    coalesce(sum(row.cost) FILTER (WHERE row.kind = 'pool_source' AND row.cost > 0), 0)::DECIMAL(38,15) AS billed,
    coalesce(sum(row.cost) FILTER (WHERE row.kind = 'pool_share'), 0)::DECIMAL(38,15) AS shared,
    coalesce(sum(row.cost) FILTER (WHERE row.kind = 'gap'), 0)::DECIMAL(38,15) AS gap,
    count(DISTINCT row.workflow) AS receivers
FROM allocation_row AS row
INNER JOIN cell ON cell.month = row.month AND cell.cell_id = row.cell_id
WHERE row.month = $month AND row.pool IN (SELECT pool FROM explained WHERE kind = 'pool_share')
GROUP BY row.pool, cell.billing_currency
ORDER BY row.pool, currency
