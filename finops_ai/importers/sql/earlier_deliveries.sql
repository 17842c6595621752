-- Earlier files in force that cover an account and month of the file, with the lines both have.
-- A line is told by what it is for, never by its amounts.
WITH cover AS (
    SELECT DISTINCT importer, billing_account_id, month
    FROM delivery
    WHERE file_id = $file_id
),

rival AS (
    SELECT DISTINCT delivery.file_id, delivery.billing_account_id, delivery.month
    FROM delivery
    JOIN cover USING (importer, billing_account_id, month)
    WHERE delivery.file_id <> $file_id AND delivery.superseded_by_file_id IS NULL
),

line AS (
    SELECT DISTINCT
        charge.file_id,
        charge.billing_account_id,
        CAST(date_trunc('month', charge.billing_period_start_utc) AS DATE) AS month,
        hash(
            source_key, charge_period_start_utc, charge_period_end_utc, charge_category, charge_class, sku_id,
            sku_price_id, resource_id, sub_account_id, service_name, region_id, charge_description, model_name,
            token_kind, service_tier, api_key_id, tags
        ) AS line_hash
    FROM charge
    WHERE (charge.file_id = $file_id AND EXISTS (FROM rival))
        OR charge.file_id IN (SELECT file_id FROM rival)
)

SELECT
    rival.file_id,
    imported_file.path,
    rival.billing_account_id,
    rival.month,
    count(DISTINCT fresh.line_hash),
    count(DISTINCT old.line_hash),
    count(DISTINCT old.line_hash) FILTER (old.line_hash IN (SELECT line_hash FROM line WHERE file_id = $file_id))
FROM rival
JOIN imported_file USING (file_id)
JOIN line AS old
    ON rival.file_id = old.file_id AND rival.billing_account_id = old.billing_account_id AND rival.month = old.month
JOIN line AS fresh
    ON fresh.file_id = $file_id AND rival.billing_account_id = fresh.billing_account_id AND rival.month = fresh.month
GROUP BY ALL
ORDER BY ALL
