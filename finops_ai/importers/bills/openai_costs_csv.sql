-- importer: openai_costs_csv
-- title: OpenAI, the dashboard's cost export
-- tested on: documentation
-- feeds: charge
-- reads: csv
-- source: openai_costs
-- recognised by: start_time, end_time, start_time_iso, end_time_iso, amount_value, amount_currency
-- optional: quantity, quantity_unit, line_item, user_id, user_email, api_key_id, project_id, organization_id, project_name, organization_name, api_source
-- identity: days
-- money: amount_value
-- quirks: The dashboard's export. A day without spend has only its times: such records are ignored.
-- quirks: Amounts carry up to 30 decimals; the ledger keeps 15 and counts what it rounds.
-- quirks: The model, the token kind and the tier are read from the line item ("priority | gpt-5, cached input").
-- quirks: Lines of image and video tokens, sessions and storage have no token kind. Tools have no model.
SELECT
    row_number,
    CASE WHEN amount_value IS NULL AND line_item IS NULL AND amount_currency IS NULL THEN 'a day without spend' END
        AS ignored_because,
    'openai' AS provider,
    openai_model(line_item) AS model_name,
    openai_token_kind(line_item) AS token_kind,
    openai_line_tier(line_item) AS service_tier,
    api_key_id,
    as_money(amount_value) AS billed_cost,
    coalesce(organization_id, '(organization not stated)') AS billing_account_id,
    organization_name AS billing_account_name,
    as_currency(amount_currency) AS billing_currency,
    month_start(as_epoch_utc(start_time)) AS billing_period_start_utc,
    month_start(as_epoch_utc(start_time)) + INTERVAL 1 MONTH AS billing_period_end_utc,
    openai_category(line_item) AS charge_category,
    line_item AS charge_description,
    as_epoch_utc(start_time) AS charge_period_start_utc,
    as_epoch_utc(end_time) AS charge_period_end_utc,
    openai_quantity(quantity, quantity_unit) AS consumed_quantity,
    openai_unit(quantity_unit) AS consumed_unit,
    as_money(amount_value) AS effective_cost,
    'OpenAI' AS invoice_issuer_name,
    'OpenAI API' AS service_name,
    'OpenAI' AS service_provider_name,
    line_item AS sku_id,
    project_id AS sub_account_id,
    project_name AS sub_account_name,
    filled_members(json_object('user', coalesce(user_email, user_id), 'api_source', api_source)) AS tags
FROM raw
