-- importer: anthropic_cost_report
-- title: Anthropic, answers of GET /v1/organizations/cost_report
-- tested on: synthetic files that others published
-- feeds: charge
-- reads: json
-- recognised by: starting_at, ending_at, amount, currency, cost_type, results | description
-- optional: description, model, token_type, service_tier, context_window, inference_geo, workspace_id, speed, list_amount, product, organization_id
-- identity: days
-- money: amount in cents
-- records: data[].results[]
-- quirks: amount is CENTS as a decimal string, fractions of a cent included: "123.45" is 1.2345 dollars.
-- quirks: workspace_id null is the default workspace. Priority Tier spend is not in this report.
-- quirks: Model, token kind and tier are there only when the request grouped by description: group_by[]=description&group_by[]=workspace_id.
-- quirks: The analytics report of an Enterprise organization has the same shape, with list_amount and product; do not group it by team, since a person of two teams counts twice there.
-- quirks: The console's cost export is another view of the same bill: import one of the two.
SELECT
    row_number,
    'anthropic' AS provider,
    model AS model_name,
    anthropic_token_kind(cost_type, token_type) AS token_kind,
    anthropic_tier(service_tier, speed) AS service_tier,
    as_cents(amount) AS billed_cost,
    coalesce(organization_id, '(organization not stated)') AS billing_account_id,
    as_currency(currency) AS billing_currency,
    month_start(as_utc(starting_at)) AS billing_period_start_utc,
    month_start(as_utc(starting_at)) + INTERVAL 1 MONTH AS billing_period_end_utc,
    'Usage' AS charge_category,
    description AS charge_description,
    as_utc(starting_at) AS charge_period_start_utc,
    as_utc(ending_at) AS charge_period_end_utc,
    as_cents(amount) AS effective_cost,
    'Anthropic' AS invoice_issuer_name,
    as_cents(list_amount) AS list_cost,
    anthropic_scope(inference_geo) AS endpoint_scope,
    anthropic_region(inference_geo) AS region_id,
    'Claude API' AS service_name,
    'Anthropic' AS service_provider_name,
    concat_ws(' | ', product, cost_type, token_type, context_window, inference_geo, speed) AS sku_id,
    workspace_id AS sub_account_id,
    filled_members(json_object('product', product)) AS tags
FROM raw
