-- Earlier files in force that cover an account and month of the file: lines of both, lines shared,
-- and whether the file ends before the earlier one does. A line is told by what it is for, never
-- by its amounts.
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
    SELECT
        charge.file_id,
        charge.billing_account_id,
        CAST(date_trunc('month', charge.billing_period_start_utc) AS DATE) AS month,
        hash(
            source_key, charge_period_start_utc, charge_period_end_utc, charge_category, charge_class, sku_id,
            sku_price_id, resource_id, sub_account_id, service_name, region_id, charge_description, model_name,
            token_kind, service_tier, api_key_id, tags
        ) AS line_hash,
        max(charge_period_start_utc) AS last_start_utc
    FROM charge
    WHERE (charge.file_id = $file_id AND EXISTS (FROM rival))
        OR charge.file_id IN (SELECT file_id FROM rival)
    GROUP BY ALL
),

fresh AS (
    SELECT billing_account_id, month, count(*) AS line_count, max(last_start_utc) AS last_start_utc
    FROM line
    WHERE file_id = $file_id
    GROUP BY ALL
),

known AS (
    SELECT
        line.file_id,
        line.billing_account_id,
        line.month,
        count(*) AS line_count,
        count(same.line_hash) AS shared_count,
        max(line.last_start_utc) AS last_start_utc
    FROM line
    LEFT JOIN line AS same
        ON same.file_id = $file_id
        AND line.billing_account_id = same.billing_account_id
        AND line.month = same.month
        AND line.line_hash = same.line_hash
    WHERE line.file_id <> $file_id
    GROUP BY line.file_id, line.billing_account_id, line.month
)

SELECT
    rival.file_id,
    imported_file.path,
    rival.billing_account_id,
    rival.month,
    fresh.line_count,
    known.line_count,
    known.shared_count,
    fresh.last_start_utc < known.last_start_utc AS ends_earlier
FROM rival
JOIN imported_file USING (file_id)
JOIN known
    ON rival.file_id = known.file_id AND rival.billing_account_id = known.billing_account_id AND rival.month = known.month
JOIN fresh ON rival.billing_account_id = fresh.billing_account_id AND rival.month = fresh.month
ORDER BY ALL
