-- The replaced rows, kept with the file that replaced them.
INSERT INTO charge_superseded BY NAME
SELECT charge_id, columns(* EXCLUDE (charge_id)), $new AS superseded_by_file_id
FROM charge
WHERE file_id = $old
    AND billing_account_id = $account
    AND CAST(date_trunc('month', billing_period_start_utc) AS DATE) = $month
    AND charge_period_start_utc >= $from_utc
    AND charge_period_start_utc < $until_utc
    AND (
        NOT $same_sku
        OR row(CAST(charge_period_start_utc AS DATE), sku_id IS NULL, coalesce(sku_id, '')) IN (
            SELECT DISTINCT row(CAST(charge_period_start_utc AS DATE), sku_id IS NULL, coalesce(sku_id, ''))
            FROM charge
            WHERE $same_sku AND file_id = $new AND billing_account_id = $account
        )
    )
