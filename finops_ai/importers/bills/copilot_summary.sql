-- importer: copilot_summary
-- title: GitHub, summarized usage report, and answers of the billing usage API
-- tested on: synthetic files that others published
-- feeds: charge
-- reads: csv, json
-- source: github_billing
-- recognised by: date | usage_at, product, sku, quantity, unit_type | unitType, applied_cost_per_quantity | pricePerUnit, gross_amount | grossAmount, discount_amount | discountAmount, net_amount | netAmount
-- optional: organization | organizationName, repository | repositoryName | repository_name, cost_center_name
-- identity: days
-- views: copilot_ai_usage > copilot_metered > copilot_summary
-- money: net_amount
-- records: usageItems[]
-- quirks: By day, SKU, organization, repository and cost centre; no users. Up to a year in one file.
-- quirks: GET /organizations/{org}/settings/billing/usage gives the same rows as JSON. Its ai_credit and premium_request reports have no day and are not read.
-- quirks: The detailed report of the same days holds the same money: two views of one bill, which are never added up. AI credits also stand in the AI usage report and have an account of their own, <organization>/ai-credits (see copilot_ai_usage).
SELECT
    row_number,
    'github' AS provider,
    as_money(net_amount) AS billed_cost,
    github_account(organization, sku, unit_type) AS billing_account_id,
    organization AS billing_account_name,
    'USD' AS billing_currency,
    month_start(as_utc("date")) AS billing_period_start_utc,
    month_start(as_utc("date")) + INTERVAL 1 MONTH AS billing_period_end_utc,
    CASE WHEN lower(unit_type) IN ('user-months', 'usermonths') THEN 'Purchase' ELSE 'Usage' END AS charge_category,
    sku AS charge_description,
    CASE WHEN lower(unit_type) IN ('user-months', 'usermonths') THEN 'Recurring' END AS charge_frequency,
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
    organization AS sub_account_id,
    filled_object(json_object(
        'organization', organization,
        'repository', repository,
        'cost_center', cost_center_name
    )) AS tags
FROM raw
