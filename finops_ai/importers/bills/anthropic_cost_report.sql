-- importer: anthropic_cost_report
-- title: Anthropic, answers of GET /v1/organizations/cost_report
-- tested on: synthetic files that others published
-- feeds: charge
-- reads: json
-- recognised by: starting_at, ending_at, amount, currency, cost_type
-- optional: description, model, token_type, service_tier, context_window, inference_geo, workspace_id, speed
-- identity: period
-- money: amount in cents
-- records: data[].results[]
-- quirks: amount is CENTS as a decimal string, fractions of a cent included: "123.45" is 1.2345 dollars.
-- quirks: workspace_id null is the default workspace. Priority Tier spend is not in this report.
SELECT
    row_number,
    'anthropic' AS provider,
    model AS model_name,
    CASE
        WHEN cost_type = 'web_search' THEN 'web_search'
        WHEN token_type IN ('uncached_input_tokens', 'input_tokens') THEN 'input_uncached'
        WHEN token_type = 'cache_read_input_tokens' THEN 'cache_read'
        WHEN token_type = 'cache_creation.ephemeral_5m_input_tokens' THEN 'cache_write_5m'
        WHEN token_type = 'cache_creation.ephemeral_1h_input_tokens' THEN 'cache_write_1h'
        WHEN token_type = 'output_tokens' THEN 'output'
    END AS token_kind,
    coalesce(service_tier, 'standard') AS service_tier,
    as_cents(amount) AS billed_cost,
    '(organization not stated)' AS billing_account_id,
    as_currency(currency) AS billing_currency,
    month_start(as_utc(starting_at)) AS billing_period_start_utc,
    month_start(as_utc(starting_at)) + INTERVAL 1 MONTH AS billing_period_end_utc,
    'Usage' AS charge_category,
    description AS charge_description,
    as_utc(starting_at) AS charge_period_start_utc,
    as_utc(ending_at) AS charge_period_end_utc,
    as_cents(amount) AS effective_cost,
    'Anthropic' AS invoice_issuer_name,
    'Claude API' AS service_name,
    'Anthropic' AS service_provider_name,
    concat_ws(' | ', cost_type, token_type, context_window, inference_geo, speed) AS sku_id,
    workspace_id AS sub_account_id
FROM raw
