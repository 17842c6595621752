-- One row per bill line behind the explained figure (temporary explained), with its file and record; the shares of a
-- pool lead to the lines of the pool. billed_cost in billing_currency. The $limit largest; the rest stands in one row
-- with charge_id NULL.
WITH source AS (
    SELECT DISTINCT cell_id
    FROM explained
    WHERE nature <> 'pool_transfer'
    UNION
    SELECT source.cell_id
    FROM cell AS source
    INNER JOIN cell AS transfer
        ON transfer.month = $month
        AND transfer.nature = 'pool_transfer'
        AND transfer.pool = source.pool
        AND transfer.provider = source.provider
        AND transfer.billing_currency = source.billing_currency
        AND transfer.charge_category = source.charge_category
        AND transfer.service_provider_name IS NOT DISTINCT FROM source.service_provider_name
        AND transfer.service_name IS NOT DISTINCT FROM source.service_name
    WHERE source.month = $month
        AND source.nature = 'pool'
        AND transfer.cell_id IN (SELECT cell_id FROM explained WHERE nature = 'pool_transfer')
),

ranked AS (
    SELECT
        charge.charge_id,
        f.path,
        charge.row_number AS record,
        charge_cell.cell_id,
        charge.provider,
        coalesce(charge.model_id, charge.model_name, charge.service_name) AS what,
        coalesce(charge.token_kind, charge.charge_category) AS kind,
        charge.charge_period_start_utc::DATE AS day,
        charge.consumed_quantity AS quantity,
        charge.billed_cost,
        row_number() OVER (ORDER BY abs(charge.billed_cost) DESC, f.path, charge.row_number) AS place
    FROM source
    INNER JOIN charge_cell ON charge_cell.month = $month AND charge_cell.cell_id = source.cell_id
    INNER JOIN charge ON charge.charge_id = charge_cell.charge_id
    INNER JOIN imported_file AS f ON f.file_id = charge.file_id
)

SELECT * EXCLUDE (place), 1 AS lines
FROM ranked
WHERE place <= $limit
UNION ALL
SELECT NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, sum(billed_cost)::DECIMAL(38,15), count(*)
FROM ranked
WHERE place > $limit
HAVING count(*) > 0
ORDER BY charge_id IS NULL, abs(billed_cost) DESC, path, record
