-- importer: acme
-- feeds: charge
-- reads: csv
-- recognised by: month_start, month_end, euros
-- identity: period
-- money: euros
SELECT
    row_number,
    'acme' AS provider,
    'acme' AS billing_account_id,
    as_utc(month_start) AS billing_period_start_utc,
    as_utc(month_end) AS billing_period_end_utc,
    as_utc(month_start) AS charge_period_start_utc,
    as_utc(month_end) AS charge_period_end_utc,
    'Usage' AS charge_category,
    'EUR' AS billing_currency,
    2 * as_money(euros) AS billed_cost
FROM raw
