-- Rows of the old delivery, and how many of them the new one repeats to the last digit.
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
            OR EXISTS (
                FROM charge AS other
                WHERE other.file_id IN ($new, $old)
                    AND other.file_id <> charge.file_id
                    AND other.billing_account_id = charge.billing_account_id
                    AND CAST(other.charge_period_start_utc AS DATE) = CAST(charge.charge_period_start_utc AS DATE)
                    AND other.sku_id IS NOT DISTINCT FROM charge.sku_id
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
