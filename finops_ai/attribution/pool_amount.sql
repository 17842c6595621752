-- Temporary: one row per pool_transfer cell of $month and the amount that it moves: the first step. Later steps follow in
-- pool_amount_next.sql, with the pool that gives.
CREATE OR REPLACE TEMP TABLE pool_amount AS
SELECT
    transfer.cell_id AS amount_id,
    transfer.cell_id,
    transfer.pool,
    transfer.billing_currency,
    sum(source.billed_cost)::DECIMAL(38,15) AS amount,
    NULL::VARCHAR AS giver
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
WHERE transfer.month = $month AND transfer.nature = 'pool_transfer'
GROUP BY transfer.cell_id, transfer.pool, transfer.billing_currency
