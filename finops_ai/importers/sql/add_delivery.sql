-- What one file's charges cover: account, month and currency, with rows and money.
INSERT INTO delivery
SELECT
    file_id,
    $importer,
    billing_account_id,
    CAST(date_trunc('month', billing_period_start_utc) AS DATE),
    billing_currency,
    count(*),
    sum(billed_cost),
    NULL
FROM charge
WHERE file_id = $file_id
GROUP BY ALL
ORDER BY ALL
