-- importer: aws_cur
-- title: AWS Cost and Usage Report, legacy and 2.0, Bedrock included
-- tested on: a real anonymised file (focus_converters, MIT); Bedrock lines: synthetic files of others
-- feeds: charge
-- reads: csv, parquet
-- recognised by: line_item_line_item_type, line_item_usage_start_date, line_item_unblended_cost, line_item_product_code, line_item_usage_type, line_item_currency_code, bill_billing_period_start_date
-- optional: identity_line_item_id, identity_time_interval, bill_invoice_id, bill_payer_account_id, bill_billing_period_end_date, bill_billing_entity, bill_invoicing_entity, line_item_usage_account_id, line_item_usage_end_date, line_item_operation, line_item_availability_zone, line_item_resource_id, line_item_line_item_description, line_item_usage_amount, line_item_legal_entity, line_item_iam_principal, line_item_net_unblended_cost, pricing_unit, pricing_public_on_demand_cost, pricing_rate_id, product_product_name, product_region, product_region_code, product_sku, reservation_effective_cost, reservation_unused_amortized_upfront_fee_for_billing_period, reservation_unused_recurring_fee, savings_plan_savings_plan_effective_cost, savings_plan_total_commitment_to_date, savings_plan_used_commitment, resource_tags, tags
-- identity: period
-- money: line_item_unblended_cost
-- nulls: NULL, None
-- quirks: Legacy CUR (lineItem/UnblendedCost) and CUR 2.0 (line_item_unblended_cost) are one format here: names are compared in snake case.
-- quirks: LineItemId is unique only together with TimeInterval.
-- quirks: Bedrock token lines: the unit is read from pricing_unit (1K tokens, 1M tokens; bare Units of Marketplace models are 1M).
-- quirks: Bedrock names one-hour cache writes (CacheWrite1h); a plain CacheWrite line is the five-minute default.
-- quirks: Effective cost follows the line type: covered usage takes the savings plan's or reservation's cost, fees what they leave unused.
WITH line AS (
    SELECT
        *,
        regexp_matches(line_item_usage_type, '(?i)token') AND (
            regexp_matches(line_item_product_code, '(?i)bedrock')
            OR regexp_matches(line_item_usage_type, '(?i)anthropic|-MP:')
        ) AS is_token,
        regexp_matches(line_item_product_code, '(?i)bedrock')
        OR regexp_matches(line_item_usage_type, '(?i)anthropic\.') AS is_bedrock,
        CASE
            WHEN pricing_unit = 'Units' THEN 1000000
            ELSE tokens_per_unit(pricing_unit)
        END AS unit_tokens,
        as_money(line_item_unblended_cost) AS unblended,
        as_quantity(line_item_usage_amount) AS quantity,
        as_utc(bill_billing_period_start_date) AS billed_from_utc,
        as_utc(line_item_usage_start_date) AS used_from_utc
    FROM raw
)

SELECT
    row_number,
    identity_line_item_id || '|' || coalesce(identity_time_interval, '') AS source_key,
    CASE WHEN is_bedrock THEN 'aws-bedrock' ELSE 'aws' END AS provider,
    CASE WHEN is_token THEN coalesce(
        nullif(regexp_extract(line_item_line_item_description, '^(.*\(Amazon Bedrock Edition\))', 1), ''),
        nullif(
            regexp_extract(
                line_item_usage_type,
                '(?i)^(?:[A-Z]{2,4}[0-9]-)?(?:MP:[A-Z0-9]+_)?(.*?)-(?:mantle-)?(?:cache-(?:read|write)-)?(?:input|output)-token',
                1
            ), ''
        )
    ) END AS model_name,
    CASE WHEN is_token THEN
        CASE token_kind_of(line_item_usage_type)
            WHEN 'cache_write' THEN 'cache_write_5m'
            ELSE token_kind_of(line_item_usage_type)
        END
    END AS token_kind,
    CASE
        WHEN regexp_matches(line_item_usage_type, '(?i)[-_]batch') THEN 'batch'
        WHEN regexp_matches(line_item_usage_type, '(?i)[-_]flex') THEN 'flex'
        WHEN regexp_matches(line_item_usage_type, '(?i)[-_]priority') THEN 'priority'
        ELSE 'standard'
    END AS service_tier,
    CASE WHEN is_token THEN
        CASE WHEN regexp_matches(line_item_usage_type, '(?i)global') THEN 'global' ELSE 'regional' END
    END AS endpoint_scope,
    line_item_iam_principal AS api_key_id,
    unblended AS billed_cost,
    coalesce(bill_payer_account_id, '(payer not stated)') AS billing_account_id,
    as_currency(line_item_currency_code) AS billing_currency,
    billed_from_utc AS billing_period_start_utc,
    coalesce(
        as_utc(bill_billing_period_end_date), month_start(billed_from_utc) + INTERVAL 1 MONTH
    ) AS billing_period_end_utc,
    CASE
        WHEN line_item_line_item_type = 'Tax' THEN 'Tax'
        WHEN line_item_line_item_type IN ('Credit', 'EdpDiscount', 'PrivateRateDiscount', 'BundledDiscount') THEN 'Credit'
        WHEN line_item_line_item_type = 'Refund' THEN 'Adjustment'
        WHEN line_item_line_item_type IN ('Fee', 'RIFee', 'SavingsPlanUpfrontFee', 'SavingsPlanRecurringFee')
            THEN 'Purchase'
        WHEN line_item_line_item_type IS NOT NULL THEN 'Usage'
    END AS charge_category,
    CASE WHEN line_item_line_item_type = 'Refund' THEN 'Correction' END AS charge_class,
    line_item_line_item_description AS charge_description,
    used_from_utc AS charge_period_start_utc,
    coalesce(as_utc(line_item_usage_end_date), used_from_utc) AS charge_period_end_utc,
    CASE
        WHEN NOT is_token THEN quantity
        WHEN unit_tokens IS NOT NULL
            THEN CAST(quantity * unit_tokens AS DECIMAL(38, 15))
    END AS consumed_quantity,
    CASE WHEN is_token AND unit_tokens IS NOT NULL THEN 'Tokens' ELSE pricing_unit END AS consumed_unit,
    CASE
        WHEN line_item_line_item_type = 'SavingsPlanCoveredUsage' THEN as_money(savings_plan_savings_plan_effective_cost)
        WHEN line_item_line_item_type = 'SavingsPlanRecurringFee' THEN CAST(
            as_money(savings_plan_total_commitment_to_date) - as_money(savings_plan_used_commitment) AS DECIMAL(38, 15)
        )
        WHEN line_item_line_item_type IN ('SavingsPlanNegation', 'SavingsPlanUpfrontFee') THEN 0
        WHEN line_item_line_item_type = 'DiscountedUsage' THEN as_money(reservation_effective_cost)
        WHEN line_item_line_item_type = 'RIFee' THEN CAST(
            as_money(reservation_unused_amortized_upfront_fee_for_billing_period)
            + as_money(reservation_unused_recurring_fee) AS DECIMAL(38, 15)
        )
        ELSE unblended
    END AS effective_cost,
    bill_invoice_id AS invoice_id,
    coalesce(bill_invoicing_entity, line_item_legal_entity) AS invoice_issuer_name,
    as_money(pricing_public_on_demand_cost) AS list_cost,
    as_money(line_item_net_unblended_cost) AS contracted_cost,
    pricing_unit,
    quantity AS pricing_quantity,
    line_item_availability_zone AS availability_zone,
    coalesce(product_region_code, product_region) AS region_id,
    line_item_resource_id AS resource_id,
    line_item_product_code AS service_name,
    'Amazon Web Services' AS service_provider_name,
    coalesce(product_sku, line_item_usage_type) AS sku_id,
    line_item_usage_type AS sku_meter,
    pricing_rate_id AS sku_price_id,
    line_item_usage_account_id AS sub_account_id,
    as_json(coalesce(resource_tags, tags)) AS tags
FROM line
