-- importer: deepseek_cost
-- title: DeepSeek, cost-*.csv of the usage export
-- tested on: documentation
-- feeds: charge
-- reads: csv
-- recognised by: start_time_iso | utc_date, model, wallet_type, cost, currency
-- optional: end_time_iso, user_id
-- identity: days
-- money: deepseek_paid(cost, wallet_type)
-- quirks: The export is a ZIP with cost-*.csv and amount-*.csv: give the ZIP, both are read.
-- quirks: One row is a day of one model, in yuan or dollars, without tokens and without API keys.
-- quirks: Days begin at midnight of the zone of who exported (+08:00). A row's month is the month that its day is printed with.
-- quirks: What was drawn from a granted balance was a gift: billed 0, its value stands in list_cost.
SELECT
    row_number,
    'deepseek' AS provider,
    model AS model_name,
    'standard' AS service_tier,
    as_money(deepseek_paid(cost, wallet_type)) AS billed_cost,
    coalesce(user_id, '(account not stated)') AS billing_account_id,
    as_currency(currency) AS billing_currency,
    month_start(deepseek_day(start_time_iso)) AS billing_period_start_utc,
    month_start(deepseek_day(start_time_iso)) + INTERVAL 1 MONTH AS billing_period_end_utc,
    'Usage' AS charge_category,
    concat_ws(', ', model, wallet_type) AS charge_description,
    deepseek_utc(start_time_iso) AS charge_period_start_utc,
    coalesce(deepseek_utc(end_time_iso), deepseek_utc(start_time_iso) + INTERVAL 1 DAY) AS charge_period_end_utc,
    as_money(deepseek_paid(cost, wallet_type)) AS effective_cost,
    'DeepSeek' AS invoice_issuer_name,
    as_money(cost) AS list_cost,
    'DeepSeek API' AS service_name,
    'DeepSeek' AS service_provider_name,
    model AS sku_id,
    filled_members(json_object('wallet', wallet_type)) AS tags
FROM raw
