-- importer: snowflake_cortex
-- title: Snowflake Cortex, rows of CORTEX_AI_FUNCTIONS_USAGE_HISTORY
-- tested on: documentation
-- feeds: charge
-- reads: csv, json, jsonl, parquet
-- source: snowflake_cortex
-- recognised by: START_TIME, END_TIME, FUNCTION_NAME, MODEL_NAME, METRICS, CREDITS
-- optional: QUERY_ID, WAREHOUSE_ID, ROLE_NAMES, QUERY_TAG, USER_ID, ACCOUNT_NAME, ACCOUNT_LOCATOR
-- identity: days
-- views: snowflake_cortex > snowflake_cortex_earlier
-- money: CREDITS
-- nulls: NULL, null, None
-- json: METRICS
-- quirks: Billed in Snowflake credits, a currency of its own that is never added to dollars; warehouse credits are not in this view.
-- quirks: Times carry the zone of the session; without one they are taken for UTC, so say ALTER SESSION SET TIMEZONE = 'UTC' before the export.
-- quirks: The view begins on 2026-01-05. CORTEX_AISQL_USAGE_HISTORY (snowflake_cortex_earlier) holds the same spend: where both cover a day, only this view may count. METERING_HISTORY holds it once more, under AI_SERVICES, and is not read.
-- quirks: A query that runs for hours has a line for each hour; running ones are restated, so export again once they are done.
SELECT
    row_number,
    query_id AS source_key,
    'snowflake' AS provider,
    nullif(model_name, '') AS model_name,
    as_money(credits) AS billed_cost,
    coalesce(account_locator, '(account not stated)') AS billing_account_id,
    account_name AS billing_account_name,
    'Snowflake credits' AS billing_currency,
    month_start(snowflake_utc(start_time)) AS billing_period_start_utc,
    month_start(snowflake_utc(start_time)) + INTERVAL 1 MONTH AS billing_period_end_utc,
    'Usage' AS charge_category,
    concat_ws(', ', function_name, model_name) AS charge_description,
    snowflake_utc(start_time) AS charge_period_start_utc,
    snowflake_utc(end_time) AS charge_period_end_utc,
    snowflake_quantity(snowflake_metrics(metrics)) AS consumed_quantity,
    snowflake_unit(snowflake_metrics(metrics)[1].key.unit) AS consumed_unit,
    as_money(credits) AS effective_cost,
    'Snowflake' AS invoice_issuer_name,
    warehouse_id AS resource_id,
    'Cortex AI Functions' AS service_name,
    'Snowflake' AS service_provider_name,
    function_name AS sku_meter,
    metrics AS sku_price_details,
    filled_object(json_object(
        'user', user_id,
        'query_tag', query_tag,
        'role', CASE WHEN json_valid(role_names) THEN json_extract_string(role_names, '$[0]') END
    )) AS tags
FROM raw
