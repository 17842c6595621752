-- Rows of the old delivery, and how many of them the new one repeats to the last digit.
-- What a row is looked up in stands by itself, here and in supersede_*.sql: a subquery that refers
-- to the row would hold all columns of all rows in memory.
WITH row_hash AS (
    SELECT file_id, hash(*COLUMNS(* EXCLUDE (file_id, row_number, charge_id))) AS content
    FROM charge
    WHERE file_id IN ($new, $old)
        AND billing_account_id = $account
        AND CAST(date_trunc('month', billing_period_start_utc) AS DATE) = $month
        AND charge_period_start_utc >= $from_utc
        AND charge_period_start_utc < $until_utc
        AND (
            NOT $same_sku
            OR row(CAST(charge_period_start_utc AS DATE), sku_id IS NULL, coalesce(sku_id, '')) IN (
                SELECT row(CAST(charge_period_start_utc AS DATE), sku_id IS NULL, coalesce(sku_id, ''))
                FROM charge
                WHERE $same_sku AND file_id IN ($new, $old) AND billing_account_id = $account
                GROUP BY 1
                HAVING min(file_id) <> max(file_id)
            )
        )
),

counted AS (
    SELECT
        count(*) FILTER (file_id = $old) AS old_rows,
        count(*) FILTER (file_id = $new) AS new_rows
    FROM row_hash
    GROUP BY content
)

SELECT CAST(sum(old_rows) AS BIGINT), CAST(sum(least(old_rows, new_rows)) AS BIGINT)
FROM counted
