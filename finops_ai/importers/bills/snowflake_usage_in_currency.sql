-- importer: snowflake_usage_in_currency
-- title: Snowflake, rows of ORGANIZATION_USAGE.USAGE_IN_CURRENCY_DAILY
-- tested on: documentation
-- feeds: charge
-- reads: csv, json, jsonl, parquet
-- recognised by: USAGE_DATE, USAGE_TYPE, USAGE, CURRENCY, USAGE_IN_CURRENCY
-- optional: ORGANIZATION_NAME, CONTRACT_NUMBER, ACCOUNT_NAME, ACCOUNT_LOCATOR, REGION, SERVICE_LEVEL, BALANCE_SOURCE, BILLING_TYPE, RATING_TYPE, SERVICE_TYPE, IS_ADJUSTMENT
-- identity: days
-- money: USAGE_IN_CURRENCY
-- nulls: NULL, null, None
-- quirks: All of Snowflake in money, by day, account and service; AI stands under service types such as AI_SERVICES. Days may change until the month is closed.
-- quirks: The Cortex views (snowflake_cortex) tell the same AI spend in credits, by model and query. Credits are never added to money; give them a rate only if this bill is not imported.
SELECT
    row_number,
    'snowflake' AS provider,
    as_money(usage_in_currency) AS billed_cost,
    coalesce(organization_name, '(organization not stated)') AS billing_account_id,
    as_currency(currency) AS billing_currency,
    month_start(as_utc(usage_date)) AS billing_period_start_utc,
    month_start(as_utc(usage_date)) + INTERVAL 1 MONTH AS billing_period_end_utc,
    CASE
        WHEN lower(billing_type) IN ('rebate', 'support_credit') THEN 'Credit'
        WHEN lower(is_adjustment) = 'true' THEN 'Adjustment'
        WHEN lower(billing_type) IN ('priority support', 'vps_deployment_fee') THEN 'Purchase'
        ELSE 'Usage'
    END AS charge_category,
    usage_type AS charge_description,
    day_start(as_utc(usage_date)) AS charge_period_start_utc,
    day_start(as_utc(usage_date)) + INTERVAL 1 DAY AS charge_period_end_utc,
    as_quantity(usage) AS consumed_quantity,
    CASE lower(rating_type)
        WHEN 'compute' THEN 'Credits'
        WHEN 'storage' THEN 'TB'
        WHEN 'data_transfer' THEN 'TB'
    END AS consumed_unit,
    as_money(usage_in_currency) AS effective_cost,
    'Snowflake' AS invoice_issuer_name,
    region AS region_id,
    coalesce(service_type, usage_type) AS service_name,
    'Snowflake' AS service_provider_name,
    usage_type AS sku_id,
    account_locator AS sub_account_id,
    account_name AS sub_account_name,
    filled_object(json_object('contract', contract_number, 'balance', balance_source, 'edition', service_level)) AS tags
FROM raw
