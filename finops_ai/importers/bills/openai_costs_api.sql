-- importer: openai_costs_api
-- title: OpenAI, answers of GET /v1/organization/costs
-- tested on: synthetic files that others published
-- feeds: charge
-- reads: json
-- source: openai_costs
-- recognised by: start_time, end_time, amount, line_item
-- optional: project_id, api_key_id, quantity, quantity_unit, organization_id, user_id
-- identity: period
-- money: amount ->> '$.value'
-- json: amount
-- records: data[].results[]
-- quirks: amount.value is dollars as a JSON number; its digits are read as text.
-- quirks: One bucket is one UTC day. Fields are null unless the request grouped by them.
SELECT
    row_number,
    'openai' AS provider,
    nullif(trim(regexp_replace(line_item, ',[^,]*$', '')), '') AS model_name,
    openai_token_kind(line_item) AS token_kind,
    'standard' AS service_tier,
    api_key_id,
    as_money(amount ->> '$.value') AS billed_cost,
    coalesce(organization_id, '(organization not stated)') AS billing_account_id,
    as_currency(amount ->> '$.currency') AS billing_currency,
    month_start(as_epoch_utc(start_time)) AS billing_period_start_utc,
    month_start(as_epoch_utc(start_time)) + INTERVAL 1 MONTH AS billing_period_end_utc,
    CASE WHEN line_item ILIKE '%tax%' THEN 'Tax' WHEN line_item ILIKE '%credit%' THEN 'Credit' ELSE 'Usage' END
        AS charge_category,
    line_item AS charge_description,
    as_epoch_utc(start_time) AS charge_period_start_utc,
    as_epoch_utc(end_time) AS charge_period_end_utc,
    openai_quantity(quantity, quantity_unit) AS consumed_quantity,
    openai_unit(quantity_unit) AS consumed_unit,
    as_money(amount ->> '$.value') AS effective_cost,
    'OpenAI' AS invoice_issuer_name,
    'OpenAI API' AS service_name,
    'OpenAI' AS service_provider_name,
    line_item AS sku_id,
    project_id AS sub_account_id
FROM raw
