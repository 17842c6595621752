-- importer: openai_costs_api
-- title: OpenAI, answers of GET /v1/organization/costs
-- tested on: synthetic files that others published
-- feeds: charge
-- reads: json
-- source: openai_costs
-- recognised by: start_time, end_time, amount, results | line_item
-- optional: line_item, project_id, project_name, api_key_id, quantity, quantity_unit, organization_id, organization_name, user_id, user_email, api_source
-- identity: days
-- money: amount ->> '$.value'
-- json: amount
-- records: data[].results[]
-- quirks: amount.value is dollars as a JSON number; its digits are read as text.
-- quirks: One bucket is one UTC day. Fields are null unless the request grouped by them: ask for line_item, project_id and api_key_id.
-- quirks: The model, the token kind and the tier are read from the line item ("priority | gpt-5, cached input").
-- quirks: Lines of image and video tokens, sessions and storage have no token kind. Tools have no model.
SELECT
    row_number,
    'openai' AS provider,
    openai_model(line_item) AS model_name,
    openai_token_kind(line_item) AS token_kind,
    openai_line_tier(line_item) AS service_tier,
    api_key_id,
    as_money(amount ->> '$.value') AS billed_cost,
    coalesce(organization_id, '(organization not stated)') AS billing_account_id,
    organization_name AS billing_account_name,
    as_currency(amount ->> '$.currency') AS billing_currency,
    month_start(as_epoch_utc(start_time)) AS billing_period_start_utc,
    month_start(as_epoch_utc(start_time)) + INTERVAL 1 MONTH AS billing_period_end_utc,
    openai_category(line_item) AS charge_category,
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
    project_id AS sub_account_id,
    project_name AS sub_account_name,
    filled_members(json_object('user', coalesce(user_email, user_id), 'api_source', api_source)) AS tags
FROM raw
