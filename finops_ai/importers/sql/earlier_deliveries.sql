-- Earlier files in force that cover an account and month of the file: lines of both, lines shared,
-- and which of them ends earlier, is amortized, or carries an invoice. A line is told by what it is
-- for, never by its amounts. `$by_days`: only what lies within the days that both cover counts.
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

-- Narrow, and hashed at once: this is held for all rows of both files, of which there may be millions.
own AS (
    SELECT
        file_id,
        billing_account_id,
        CAST(date_trunc('month', billing_period_start_utc) AS DATE) AS month,
        charge_period_start_utc,
        cost_basis = 'amortized' AS is_amortized,
        invoice_id IS NOT NULL AS is_invoiced,
        hash(
            source_key, charge_period_start_utc, charge_period_end_utc, charge_category, charge_class, sku_id,
            sku_price_id, resource_id, sub_account_id, service_name, region_id, charge_description, model_name,
            token_kind, service_tier, api_key_id, tags
        ) AS line_hash
    FROM charge
    WHERE (file_id = $file_id AND EXISTS (FROM rival)) OR file_id IN (SELECT file_id FROM rival)
),

-- The days that a file covers for an account: all from its first to its last.
spanned AS (
    SELECT
        file_id,
        billing_account_id,
        CASE WHEN $by_days THEN date_trunc('day', min(charge_period_start_utc)) ELSE '-infinity'::TIMESTAMP END
            AS from_utc,
        CASE WHEN $by_days THEN date_trunc('day', max(charge_period_start_utc)) + INTERVAL 1 DAY
            ELSE 'infinity'::TIMESTAMP
        END AS until_utc
    FROM own
    GROUP BY ALL
),

line AS (
    SELECT
        file_id,
        billing_account_id,
        month,
        line_hash,
        charge_period_start_utc AS start_utc,
        max(charge_period_start_utc) AS last_start_utc,
        bool_or(is_amortized) AS is_amortized,
        bool_or(is_invoiced) AS is_invoiced
    FROM own
    GROUP BY ALL
),

pair AS (
    SELECT
        rival.file_id,
        rival.billing_account_id,
        rival.month,
        greatest(fresh.from_utc, known.from_utc) AS from_utc,
        least(fresh.until_utc, known.until_utc) AS until_utc
    FROM rival
    JOIN spanned AS fresh ON fresh.file_id = $file_id AND rival.billing_account_id = fresh.billing_account_id
    JOIN spanned AS known ON rival.file_id = known.file_id AND rival.billing_account_id = known.billing_account_id
),

fresh AS (
    SELECT
        pair.file_id,
        pair.billing_account_id,
        pair.month,
        count(*) AS line_count,
        max(last_start_utc) AS last_start_utc,
        coalesce(bool_or(is_amortized), false) AS is_amortized,
        bool_or(is_invoiced) AS is_invoiced
    FROM line
    JOIN pair
        ON line.billing_account_id = pair.billing_account_id
        AND line.month = pair.month
        AND line.start_utc >= pair.from_utc
        AND line.start_utc < pair.until_utc
    WHERE line.file_id = $file_id
    GROUP BY ALL
),

known AS (
    SELECT
        pair.file_id,
        pair.billing_account_id,
        pair.month,
        pair.from_utc,
        pair.until_utc,
        count(*) AS line_count,
        count(same.line_hash) AS shared_count,
        max(line.last_start_utc) AS last_start_utc,
        coalesce(bool_or(line.is_amortized), false) AS is_amortized,
        bool_or(line.is_invoiced) AS is_invoiced
    FROM line
    JOIN pair
        ON line.file_id = pair.file_id
        AND line.billing_account_id = pair.billing_account_id
        AND line.month = pair.month
        AND line.start_utc >= pair.from_utc
        AND line.start_utc < pair.until_utc
    LEFT JOIN line AS same
        ON same.file_id = $file_id
        AND line.billing_account_id = same.billing_account_id
        AND line.month = same.month
        AND line.line_hash = same.line_hash
    GROUP BY ALL
)

SELECT
    known.file_id,
    imported_file.path,
    imported_file.importer,
    known.billing_account_id,
    known.month,
    known.from_utc,
    known.until_utc,
    fresh.line_count,
    known.line_count,
    known.shared_count,
    $by_days OR fresh.last_start_utc < known.last_start_utc AS ends_earlier,
    fresh.is_amortized,
    known.is_amortized,
    known.is_invoiced AND NOT fresh.is_invoiced AS is_older
FROM known
JOIN imported_file USING (file_id)
JOIN fresh USING (file_id, billing_account_id, month)
ORDER BY ALL
