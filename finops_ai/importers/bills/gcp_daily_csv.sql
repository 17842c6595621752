-- importer: gcp_daily_csv
-- title: Google Cloud daily cost file (CSV), the export before BigQuery
-- tested on: synthetic rows in the shape of a file that others published (koku, Apache-2.0)
-- feeds: charge
-- reads: csv
-- recognised by: account_id, line_item, start_time, end_time, cost, currency, credit1_amount
-- optional: credit2_amount, credit3_amount, description, measurement1_total_consumption, measurement1_units, project_id, project_name, project_number
-- identity: period
-- money: gcp_net(cost, gcp_credit_list(credit1_amount, credit2_amount, credit3_amount))
-- quirks: Google stopped writing these files; finops-ai reads those that are kept.
-- quirks: billed_cost is the cost with its credits (up to three); contracted_cost is the cost before credits.
-- quirks: Days are those of the Pacific time zone, and the month of a day's start there is the billing period.
WITH line AS (
    SELECT
        *,
        as_money(cost) AS gross,
        coalesce(as_money(credit1_amount), 0) + coalesce(as_money(credit2_amount), 0)
        + coalesce(as_money(credit3_amount), 0) AS credited,
        as_utc(start_time) AS used_from_utc,
        as_utc(end_time) AS used_to_utc
    FROM raw
),

dated AS (
    SELECT
        *,
        CAST(gross + credited AS DECIMAL(38, 15)) AS billed,
        month_start(CAST(used_from_utc - INTERVAL 7 HOUR AS TIMESTAMP)) AS billed_from_utc
    FROM line
)

SELECT
    row_number,
    'google' AS provider,
    billed AS billed_cost,
    account_id AS billing_account_id,
    as_currency(currency) AS billing_currency,
    billed_from_utc AS billing_period_start_utc,
    CAST(billed_from_utc + INTERVAL 1 MONTH AS TIMESTAMP) AS billing_period_end_utc,
    'Usage' AS charge_category,
    description AS charge_description,
    used_from_utc AS charge_period_start_utc,
    used_to_utc AS charge_period_end_utc,
    as_quantity(measurement1_total_consumption) AS consumed_quantity,
    measurement1_units AS consumed_unit,
    gross AS contracted_cost,
    billed AS effective_cost,
    regexp_extract(line_item, 'services/([^/]+)', 1) AS service_name,
    'Google Cloud' AS service_provider_name,
    line_item AS sku_id,
    description AS sku_meter,
    coalesce(project_id, project_number) AS sub_account_id,
    project_name AS sub_account_name
FROM dated
