-- Cells of $month that hold no charge and carry a pool's money away from its source: one per pool, currency,
-- provider, service and category.
INSERT INTO cell
SELECT
    $month,
    (SELECT max(cell_id) FROM cell WHERE month = $month)
    + row_number() OVER (ORDER BY pool, provider, billing_currency, charge_category, service_provider_name, service_name),
    'pool_transfer',
    provider,
    billing_currency,
    NULL,
    NULL,
    NULL,
    NULL,
    NULL,
    NULL,
    charge_category,
    NULL,
    service_provider_name,
    service_name,
    NULL,
    NULL,
    pool,
    0,
    NULL,
    0,
    NULL
FROM cell
SEMI JOIN pool_weight ON pool_weight.pool = cell.pool AND pool_weight.billing_currency = cell.billing_currency
WHERE month = $month AND nature = 'pool'
GROUP BY pool, provider, billing_currency, charge_category, service_provider_name, service_name
