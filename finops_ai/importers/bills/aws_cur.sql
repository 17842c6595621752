-- importer: aws_cur
-- title: AWS Cost and Usage Report, legacy and 2.0, Bedrock included
-- tested on: a real anonymised file (focus_converters, MIT), a file of a generator (koku-nise); Bedrock lines: synthetic files of others
-- feeds: charge
-- reads: csv, parquet
-- recognised by: line_item_line_item_type, line_item_usage_start_date, line_item_unblended_cost, line_item_product_code, line_item_usage_type, line_item_currency_code, bill_billing_period_start_date
-- optional: identity_line_item_id, identity_time_interval, bill_bill_type, bill_invoice_id, bill_payer_account_id, bill_payer_account_name, bill_billing_period_end_date, bill_billing_entity, bill_invoicing_entity, line_item_usage_account_id, line_item_usage_account_name, line_item_usage_end_date, line_item_operation, line_item_availability_zone, line_item_resource_id, line_item_line_item_description, line_item_usage_amount, line_item_legal_entity, line_item_iam_principal, line_item_net_unblended_cost, pricing_unit, pricing_public_on_demand_cost, pricing_public_on_demand_rate, pricing_rate_id, product, product_product_name, product_servicename, product_region, product_region_code, product_sku, reservation_effective_cost, reservation_reservation_arn | reservation_reservation_a_r_n, reservation_unused_amortized_upfront_fee_for_billing_period, reservation_unused_recurring_fee, savings_plan_savings_plan_arn | savings_plan_savings_plan_a_r_n, savings_plan_savings_plan_effective_cost, savings_plan_total_commitment_to_date, savings_plan_used_commitment, resource_tags, tags, resource_tags_user_team, resource_tags_user_project, resource_tags_user_cost_center | resource_tags_user_costcenter, resource_tags_user_environment, resource_tags_user_env, resource_tags_user_owner, resource_tags_user_application, resource_tags_user_app, resource_tags_user_service, resource_tags_user_department, resource_tags_user_product, resource_tags_user_name, resource_tags_user_stage, resource_tags_user_workload, resource_tags_user_customer, resource_tags_user_tenant
-- identity: period
-- money: line_item_unblended_cost
-- nulls: NULL, None
-- quirks: Legacy CUR (lineItem/UnblendedCost), its Athena names and CUR 2.0 (line_item_unblended_cost) are one format here: names are compared in snake case.
-- quirks: LineItemId is unique only together with TimeInterval.
-- quirks: Bedrock token lines: the unit is read from pricing_unit (1K tokens, 1M tokens; bare Units of Marketplace models are 1M). Only usage counts tokens, a credit or tax on it does not.
-- quirks: The model of a Bedrock line is the product's name in the description or in the product columns, else what the usage type names.
-- quirks: Bedrock names one-hour cache writes (CacheWrite1h); a plain CacheWrite line is the five-minute default. Tokens of images and video have no kind.
-- quirks: Effective cost follows the line type: covered usage takes the savings plan's or reservation's cost, fees what they leave unused, upfront fees and negations nothing; empty where the report lacks the column.
-- quirks: Of the columns that legacy reports add per tag (resourceTags/user:team) the commonest names are kept; resource_tags of CUR 2.0 is kept whole.
WITH line AS (
    SELECT
        *,
        coalesce(
            product_product_name, product_servicename,
            aws_map_value(product, '$.product_name'), aws_map_value(product, '$.servicename')
        ) AS product_text,
        as_money(line_item_unblended_cost) AS unblended,
        as_quantity(line_item_usage_amount) AS quantity,
        as_utc(bill_billing_period_start_date) AS billed_from_utc,
        as_utc(line_item_usage_start_date) AS used_from_utc,
        as_money(reservation_unused_amortized_upfront_fee_for_billing_period) AS unused_upfront,
        as_money(reservation_unused_recurring_fee) AS unused_recurring
    FROM raw
),

named AS (
    SELECT
        *,
        coalesce(
            is_bedrock_tokens(
                line_item_usage_type, line_item_product_code || coalesce(product_text, '')
                || coalesce(line_item_line_item_description, '')
            ), false
        ) AS counts_tokens,
        coalesce(line_item_product_code ILIKE '%bedrock%', false)
        OR coalesce(product_text ILIKE '%bedrock%', false)
        OR coalesce(line_item_line_item_description ILIKE '%(Amazon Bedrock Edition)%', false) AS names_bedrock
    FROM line
),

typed_line AS (
    SELECT
        *,
        counts_tokens AND coalesce(
            line_item_line_item_type IN ('Usage', 'DiscountedUsage', 'SavingsPlanCoveredUsage'), false
        ) AS is_token,
        CASE WHEN counts_tokens THEN bedrock_unit_tokens(pricing_unit, line_item_usage_type) END AS unit_tokens
    FROM named
)

SELECT
    row_number,
    identity_line_item_id || '|' || coalesce(identity_time_interval, '') AS source_key,
    CASE WHEN counts_tokens OR names_bedrock THEN 'aws-bedrock' ELSE 'aws' END AS provider,
    CASE WHEN is_token
        THEN bedrock_model(line_item_usage_type, line_item_line_item_description, product_text)
    END AS model_name,
    CASE WHEN is_token THEN bedrock_token_kind(line_item_usage_type) END AS token_kind,
    CASE WHEN is_token THEN bedrock_tier(line_item_usage_type) ELSE 'standard' END AS service_tier,
    CASE WHEN is_token THEN bedrock_scope(line_item_usage_type) END AS endpoint_scope,
    line_item_iam_principal AS api_key_id,
    unblended AS billed_cost,
    coalesce(bill_payer_account_id, '(payer not stated)') AS billing_account_id,
    bill_payer_account_name AS billing_account_name,
    as_currency(line_item_currency_code) AS billing_currency,
    billed_from_utc AS billing_period_start_utc,
    coalesce(
        as_utc(bill_billing_period_end_date), month_start(billed_from_utc) + INTERVAL 1 MONTH
    ) AS billing_period_end_utc,
    CASE
        WHEN line_item_line_item_type = 'Tax' THEN 'Tax'
        WHEN line_item_line_item_type = 'Credit' OR line_item_line_item_type LIKE '%Discount' THEN 'Credit'
        WHEN line_item_line_item_type = 'Refund' THEN 'Adjustment'
        WHEN line_item_line_item_type IN ('Fee', 'RIFee', 'SavingsPlanUpfrontFee', 'SavingsPlanRecurringFee')
            THEN 'Purchase'
        WHEN line_item_line_item_type IS NOT NULL THEN 'Usage'
    END AS charge_category,
    CASE WHEN line_item_line_item_type = 'Refund' OR bill_bill_type = 'Refund' THEN 'Correction' END AS charge_class,
    line_item_line_item_description AS charge_description,
    used_from_utc AS charge_period_start_utc,
    coalesce(as_utc(line_item_usage_end_date), used_from_utc) AS charge_period_end_utc,
    coalesce(savings_plan_savings_plan_arn, reservation_reservation_arn) AS commitment_discount_id,
    CASE
        WHEN savings_plan_savings_plan_arn IS NOT NULL THEN 'Savings Plan'
        WHEN reservation_reservation_arn IS NOT NULL THEN 'Reserved Instance'
    END AS commitment_discount_type,
    CASE
        WHEN NOT is_token THEN quantity
        WHEN unit_tokens IS NOT NULL
            THEN CAST(quantity * unit_tokens AS DECIMAL(38, 15))
    END AS consumed_quantity,
    CASE WHEN is_token AND unit_tokens IS NOT NULL THEN 'Tokens' ELSE pricing_unit END AS consumed_unit,
    CASE
        WHEN line_item_line_item_type = 'SavingsPlanCoveredUsage'
            THEN as_money(savings_plan_savings_plan_effective_cost)
        WHEN line_item_line_item_type = 'SavingsPlanRecurringFee' THEN CAST(
            as_money(savings_plan_total_commitment_to_date) - as_money(savings_plan_used_commitment) AS DECIMAL(38, 15)
        )
        WHEN line_item_line_item_type IN ('SavingsPlanNegation', 'SavingsPlanUpfrontFee') THEN 0
        WHEN line_item_line_item_type = 'DiscountedUsage' THEN as_money(reservation_effective_cost)
        WHEN line_item_line_item_type = 'RIFee' THEN CASE
            WHEN unused_upfront IS NOT NULL OR unused_recurring IS NOT NULL
                THEN CAST(coalesce(unused_upfront, 0) + coalesce(unused_recurring, 0) AS DECIMAL(38, 15))
        END
        WHEN line_item_line_item_type = 'Fee' AND reservation_reservation_arn IS NOT NULL THEN 0
        ELSE unblended
    END AS effective_cost,
    bill_invoice_id AS invoice_id,
    coalesce(bill_invoicing_entity, line_item_legal_entity) AS invoice_issuer_name,
    as_money(pricing_public_on_demand_cost) AS list_cost,
    as_money(pricing_public_on_demand_rate) AS list_unit_price,
    as_money(line_item_net_unblended_cost) AS contracted_cost,
    pricing_unit,
    quantity AS pricing_quantity,
    line_item_availability_zone AS availability_zone,
    coalesce(
        product_region_code, product_region,
        aws_map_value(product, '$.region_code'), aws_map_value(product, '$.region')
    ) AS region_id,
    line_item_resource_id AS resource_id,
    line_item_product_code AS service_name,
    'Amazon Web Services' AS service_provider_name,
    coalesce(product_sku, line_item_usage_type) AS sku_id,
    line_item_usage_type AS sku_meter,
    pricing_rate_id AS sku_price_id,
    line_item_usage_account_id AS sub_account_id,
    line_item_usage_account_name AS sub_account_name,
    CASE
        WHEN coalesce(resource_tags, tags) IS NOT NULL THEN as_json(coalesce(resource_tags, tags))
        ELSE aws_tags([
            {'key': 'user:team', 'value': resource_tags_user_team},
            {'key': 'user:project', 'value': resource_tags_user_project},
            {'key': 'user:cost_center', 'value': resource_tags_user_cost_center},
            {'key': 'user:environment', 'value': resource_tags_user_environment},
            {'key': 'user:env', 'value': resource_tags_user_env},
            {'key': 'user:owner', 'value': resource_tags_user_owner},
            {'key': 'user:application', 'value': resource_tags_user_application},
            {'key': 'user:app', 'value': resource_tags_user_app},
            {'key': 'user:service', 'value': resource_tags_user_service},
            {'key': 'user:department', 'value': resource_tags_user_department},
            {'key': 'user:product', 'value': resource_tags_user_product},
            {'key': 'user:name', 'value': resource_tags_user_name},
            {'key': 'user:stage', 'value': resource_tags_user_stage},
            {'key': 'user:workload', 'value': resource_tags_user_workload},
            {'key': 'user:customer', 'value': resource_tags_user_customer},
            {'key': 'user:tenant', 'value': resource_tags_user_tenant}
        ])
    END AS tags
FROM typed_line
