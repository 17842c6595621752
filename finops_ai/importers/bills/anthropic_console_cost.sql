-- importer: anthropic_console_cost
-- title: Anthropic, the console's cost export
-- tested on: documentation
-- feeds: charge
-- reads: csv
-- recognised by: usage_date_utc, model, token_type, cost_usd
-- optional: workspace, api_key, api_key_id, usage_type, context_window, list_price_usd, cost_type, inference_geo, speed
-- identity: days
-- money: cost_usd
-- quirks: Every row is rounded to a cent by Anthropic, and many are 0.00: a month's sum differs from the invoice by some cents.
-- quirks: Models have their display names (Claude Haiku 4.5). Workspaces are named, not numbered; Default has no id.
-- quirks: The files of 2025 have 9 columns, those of May 2026 have 12 and those of August 2026 have 14: all are read.
-- quirks: The cost report of the admin API is another view of the same bill, in fractions of a cent: import one of the two.
SELECT
    row_number,
    'anthropic' AS provider,
    model AS model_name,
    anthropic_token_kind(cost_type, token_type) AS token_kind,
    anthropic_usage_tier(usage_type, speed) AS service_tier,
    coalesce(api_key_id, api_key) AS api_key_id,
    as_money(cost_usd) AS billed_cost,
    '(organization not stated)' AS billing_account_id,
    'USD' AS billing_currency,
    month_start(as_utc(usage_date_utc)) AS billing_period_start_utc,
    month_start(as_utc(usage_date_utc)) + INTERVAL 1 MONTH AS billing_period_end_utc,
    'Usage' AS charge_category,
    nullif(concat_ws(', ', model, token_type), '') AS charge_description,
    as_utc(usage_date_utc) AS charge_period_start_utc,
    as_utc(usage_date_utc)
    + CASE WHEN length(usage_date_utc) > 10 THEN INTERVAL 1 HOUR ELSE INTERVAL 1 DAY END AS charge_period_end_utc,
    as_money(cost_usd) AS effective_cost,
    'Anthropic' AS invoice_issuer_name,
    as_money(list_price_usd) AS list_cost,
    anthropic_scope(inference_geo) AS endpoint_scope,
    anthropic_region(inference_geo) AS region_id,
    'Claude API' AS service_name,
    'Anthropic' AS service_provider_name,
    concat_ws(' | ', cost_type, token_type, context_window, inference_geo, speed) AS sku_id,
    CASE WHEN workspace <> 'Default' THEN workspace END AS sub_account_id,
    workspace AS sub_account_name,
    filled_members(json_object('api_key', api_key)) AS tags
FROM raw
