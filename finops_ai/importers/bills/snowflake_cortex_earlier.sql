-- importer: snowflake_cortex_earlier
-- title: Snowflake Cortex, rows of the earlier views CORTEX_AISQL_USAGE_HISTORY and CORTEX_FUNCTIONS_USAGE_HISTORY
-- tested on: documentation
-- feeds: charge
-- reads: csv, json, jsonl, parquet
-- source: snowflake_cortex
-- recognised by: USAGE_TIME | START_TIME, FUNCTION_NAME, MODEL_NAME, TOKENS, TOKEN_CREDITS
-- optional: END_TIME, QUERY_ID, WAREHOUSE_ID, QUERY_TAG, USER_ID, TOKENS_GRANULAR, TOKEN_CREDITS_GRANULAR, ACCOUNT_NAME, ACCOUNT_LOCATOR
-- identity: days
-- views: snowflake_cortex > snowflake_cortex_earlier
-- money: CASE WHEN NOT snowflake_is_frozen(USAGE_TIME, END_TIME, QUERY_ID) THEN TOKEN_CREDITS END
-- nulls: NULL, null, None
-- json: TOKENS_GRANULAR, TOKEN_CREDITS_GRANULAR
-- quirks: Billed in Snowflake credits, a currency of its own that is never added to dollars; warehouse credits are not in these views.
-- quirks: Times carry the zone of the session; without one they are taken for UTC, so say ALTER SESSION SET TIMEZONE = 'UTC' before the export.
-- quirks: These views and CORTEX_AI_FUNCTIONS_USAGE_HISTORY (snowflake_cortex, from 2026-01-05) hold the same spend: where both cover a day, only the newer view may count.
-- quirks: CORTEX_FUNCTIONS_USAGE_HISTORY was frozen when CORTEX_AISQL_USAGE_HISTORY began on 2025-11-17: its lines from that day on are ignored. CORTEX_FUNCTIONS_QUERY_USAGE_HISTORY has no times and is not read.
WITH timed AS (
    SELECT
        *,
        snowflake_utc(usage_time) AS used_from_utc
    FROM raw
)

SELECT
    row_number,
    CASE WHEN snowflake_is_frozen(usage_time, end_time, query_id) THEN 'the next view has it' END AS ignored_because,
    query_id AS source_key,
    'snowflake' AS provider,
    model_name AS model_name,
    as_money(token_credits) AS billed_cost,
    coalesce(account_locator, '(account not stated)') AS billing_account_id,
    account_name AS billing_account_name,
    'Snowflake credits' AS billing_currency,
    month_start(used_from_utc) AS billing_period_start_utc,
    month_start(used_from_utc) + INTERVAL 1 MONTH AS billing_period_end_utc,
    'Usage' AS charge_category,
    concat_ws(', ', function_name, model_name) AS charge_description,
    used_from_utc AS charge_period_start_utc,
    coalesce(snowflake_utc(end_time), used_from_utc + INTERVAL 1 HOUR) AS charge_period_end_utc,
    as_quantity(tokens) AS consumed_quantity,
    CASE WHEN tokens IS NOT NULL THEN 'Tokens' END AS consumed_unit,
    as_money(token_credits) AS effective_cost,
    'Snowflake' AS invoice_issuer_name,
    warehouse_id AS resource_id,
    'Cortex AI Functions' AS service_name,
    'Snowflake' AS service_provider_name,
    function_name AS sku_meter,
    filled_object(json_object(
        'tokens', CAST(as_json(tokens_granular) AS JSON), 'credits', CAST(as_json(token_credits_granular) AS JSON)
    )) AS sku_price_details,
    filled_object(json_object('user', user_id, 'query_tag', query_tag)) AS tags
FROM timed
