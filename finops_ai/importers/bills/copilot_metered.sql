-- importer: copilot_metered
-- title: GitHub, detailed usage report (Copilot seats, AI credits, Actions and the rest)
-- tested on: synthetic files that others published
-- feeds: charge
-- reads: csv
-- source: github_billing
-- recognised by: date | usage_at, product, sku, quantity, unit_type | unitType, applied_cost_per_quantity | pricePerUnit, gross_amount | grossAmount, discount_amount | discountAmount, net_amount | netAmount, username, workflow_path | workflow_name
-- optional: organization | organizationName, repository | repositoryName, cost_center_name
-- identity: days
-- views: copilot_ai_usage > copilot_metered > copilot_summary
-- money: net_amount
-- quirks: The whole GitHub bill, Actions and storage included: seats (user-months) stand here and in the summarized report only.
-- quirks: Copilot's agents and reviews run in Actions; the tag workflow says which workflow used the minutes.
-- quirks: The summarized report of the same days holds the same money: two views of one bill, which are never added up. AI credits also stand in the AI usage report and have an account of their own, <organization>/ai-credits (see copilot_ai_usage).
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
        'user', username,
        'organization', organization,
        'repository', repository,
        'workflow', workflow_path,
        'cost_center', cost_center_name
    )) AS tags
FROM raw
