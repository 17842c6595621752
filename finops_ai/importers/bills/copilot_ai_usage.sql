-- importer: copilot_ai_usage
-- title: GitHub Copilot, AI usage report (AI credits, before mid-2026 premium requests)
-- tested on: synthetic files that others published
-- feeds: charge
-- reads: csv
-- source: github_billing
-- recognised by: date | usage_at, product, sku, quantity, unit_type | unitType, applied_cost_per_quantity | pricePerUnit, gross_amount | grossAmount, discount_amount | discountAmount, net_amount | netAmount, username, model
-- optional: organization, repository, cost_center_name, exceeds_quota, aic_quantity, input, output, cache_read, cache_write
-- identity: days
-- views: copilot_ai_usage > copilot_metered > copilot_summary
-- money: net_amount
-- quirks: The bill is net_amount (gross_amount less discount_amount); gross_amount becomes the list cost. Included credits are discounted to 0.
-- quirks: Downloads from the website (dates like 9/1/26, all quoted, a byte order mark) and files by API (ISO dates) are both read, also in one file.
-- quirks: aic_quantity and aic_gross_amount of the preview reports say what premium requests would have cost in AI credits: no bill, so they are not read as money.
-- quirks: A file covers up to 31 days and windows overlap: a later file replaces the days that it covers.
-- quirks: The same credits stand in the detailed and the summarized usage report. All three keep AI lines under the account "<organization>/ai-credits", apart from seats: views of one bill, which are never added up. This one tells users and models.
-- quirks: "Auto: Claude Haiku 4.5" is the model Claude Haiku 4.5, chosen by Copilot (tag auto). Copilot Code Review and the like are features: no model is told.
SELECT
    row_number,
    'github' AS provider,
    github_model(model) AS model_name,
    as_money(net_amount) AS billed_cost,
    github_account(organization, sku, unit_type) AS billing_account_id,
    organization AS billing_account_name,
    'USD' AS billing_currency,
    month_start(as_utc("date")) AS billing_period_start_utc,
    month_start(as_utc("date")) + INTERVAL 1 MONTH AS billing_period_end_utc,
    'Usage' AS charge_category,
    concat_ws(', ', sku, model) AS charge_description,
    day_start(as_utc("date")) AS charge_period_start_utc,
    day_start(as_utc("date")) + INTERVAL 1 DAY AS charge_period_end_utc,
    as_quantity(quantity) AS consumed_quantity,
    unit_type AS consumed_unit,
    as_money(net_amount) AS effective_cost,
    'GitHub' AS invoice_issuer_name,
    as_money(gross_amount) AS list_cost,
    as_money(applied_cost_per_quantity) AS list_unit_price,
    repository AS resource_id,
    product AS service_name,
    'GitHub' AS service_provider_name,
    sku AS sku_id,
    filled_object(json_object(
        'InputTokens', as_count("input"),
        'OutputTokens', as_count("output"),
        'CacheReadTokens', as_count(cache_read),
        'CacheWriteTokens', as_count(cache_write)
    )) AS sku_price_details,
    organization AS sub_account_id,
    filled_object(json_object(
        'user', username,
        'organization', organization,
        'repository', repository,
        'cost_center', cost_center_name,
        'auto', CASE WHEN starts_with(model, 'Auto: ') THEN 'true' END,
        'exceeds_quota', lower(exceeds_quota)
    )) AS tags
FROM raw
