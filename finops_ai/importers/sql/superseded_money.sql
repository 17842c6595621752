-- What the old delivery billed for the account and month, by currency.
SELECT billing_currency, sum(billed_cost)
FROM charge
WHERE file_id = $old
    AND billing_account_id = $account
    AND CAST(date_trunc('month', billing_period_start_utc) AS DATE) = $month AND $new IS NOT NULL
GROUP BY billing_currency
ORDER BY billing_currency
