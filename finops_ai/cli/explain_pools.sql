-- One row per pool that temporary explained takes a share of, in its currency: what the pool was billed in $month, and
-- what each step left; shared is what all receivers get, taken what the explained figure holds.
SELECT
    row.pool,
    cell.billing_currency AS currency,
    coalesce(sum(row.cost) FILTER (WHERE row.kind = 'pool_source' AND row.cost > 0), 0)::DECIMAL(38,15) AS billed,
    coalesce(sum(row.cost) FILTER (WHERE row.kind = 'pool_share'), 0)::DECIMAL(38,15) AS shared,
    coalesce(sum(row.cost) FILTER (WHERE row.kind = 'gap'), 0)::DECIMAL(38,15) AS gap,
    count(DISTINCT row.workflow) AS receivers
FROM allocation_row AS row
INNER JOIN cell ON cell.month = row.month AND cell.cell_id = row.cell_id
INNER JOIN (SELECT DISTINCT pool, billing_currency FROM explained WHERE kind = 'pool_share') AS own
    ON own.pool = row.pool AND own.billing_currency = cell.billing_currency
WHERE row.month = $month
GROUP BY row.pool, cell.billing_currency
ORDER BY row.pool, currency
