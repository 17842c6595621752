-- Temporary: one row per cell of $month in another currency: what its charges converted to, and what has no
-- rate, in billing_currency. A pool's transfer cell holds no charge: it moves what its sources hold.
CREATE OR REPLACE TEMP TABLE fx_cell AS
WITH summed AS (
    SELECT
        cell_id,
        sum(reporting_cost)::DECIMAL(38,15) AS reporting_cost,
        coalesce(sum(billed_cost) FILTER (WHERE rate IS NULL), 0)::DECIMAL(38,15) AS unconverted_cost
    FROM charge_converted
    WHERE month = $month
    GROUP BY cell_id
)

SELECT cell_id, false AS is_transfer, reporting_cost, unconverted_cost
FROM summed
UNION ALL
SELECT
    transfer.cell_id,
    true,
    sum(summed.reporting_cost)::DECIMAL(38,15),
    sum(summed.unconverted_cost)::DECIMAL(38,15)
FROM cell AS transfer
INNER JOIN cell AS source
    ON source.month = $month
    AND source.nature = 'pool'
    AND source.pool = transfer.pool
    AND source.provider = transfer.provider
    AND source.billing_currency = transfer.billing_currency
    AND source.charge_category = transfer.charge_category
    AND source.service_provider_name IS NOT DISTINCT FROM transfer.service_provider_name
    AND source.service_name IS NOT DISTINCT FROM transfer.service_name
INNER JOIN summed ON summed.cell_id = source.cell_id
WHERE transfer.month = $month AND transfer.nature = 'pool_transfer'
GROUP BY transfer.cell_id
