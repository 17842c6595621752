-- The replaced rows leave the charges in force.
DELETE FROM charge
WHERE file_id = $old
    AND billing_account_id = $account
    AND CAST(date_trunc('month', billing_period_start_utc) AS DATE) = $month
    AND charge_period_start_utc >= $from_utc
    AND charge_period_start_utc < $until_utc
    AND $new IS NOT NULL
