-- importer: focus
-- title: FOCUS 1.0 to 1.4, of any provider
-- tested on: real files (FOCUS sample data, CC-BY-4.0; FOCUS specification examples) and generated ones
-- feeds: charge
-- reads: csv, parquet
-- recognised by: billed_cost, billing_currency, billing_period_start, charge_category, charge_period_start, effective_cost
-- optional: allocated_method_details, allocated_method_id, allocated_resource_id, allocated_resource_name, allocated_tags, availability_zone, billing_account_id, billing_account_name, billing_account_type, billing_period_end, capacity_reservation_id, capacity_reservation_status, charge_class, charge_description, charge_frequency, charge_period_end, commitment_discount_category, commitment_discount_id, commitment_discount_name, commitment_discount_quantity, commitment_discount_status, commitment_discount_type, commitment_discount_unit, consumed_quantity, consumed_unit, contract_applied, contracted_cost, contracted_unit_price, host_provider_name, invoice_id, invoice_issuer_name, list_cost, list_unit_price, pricing_category, pricing_currency, pricing_currency_contracted_unit_price, pricing_currency_effective_cost, pricing_currency_list_unit_price, pricing_quantity, pricing_unit, provider_name, publisher_name, region_id, region_name, resource_id, resource_name, resource_type, service_category, service_name, service_provider_name, service_subcategory, sku_id, sku_meter, sku_price_details, sku_price_id, sub_account_id, sub_account_name, sub_account_type, tags
-- identity: period
-- money: billed_cost
-- nulls: NULL
-- json: sku_price_details
-- quirks: FOCUS 1.0 to 1.4. ServiceProviderName falls back to ProviderName (removed in 1.4).
-- quirks: Quantities in blocks of tokens ("1000 Tokens", "1M tokens") are stored in tokens.
-- quirks: Columns of the provider's own (x_...) are not kept.
WITH line AS (
    SELECT
        *,
        coalesce(service_provider_name, provider_name, publisher_name) AS provider_text,
        coalesce(sku_meter, charge_description) AS meter_text,
        as_utc(billing_period_start) AS billed_from_utc,
        as_utc(charge_period_start) AS used_from_utc,
        as_money(billed_cost) AS billed,
        as_money(list_unit_price) AS unit_price,
        as_quantity(pricing_quantity) AS quantity,
        tokens_per_unit(coalesce(consumed_unit, pricing_unit)) AS unit_tokens
    FROM raw
)

SELECT
    row_number,
    CASE
        WHEN coalesce(service_name, '') ILIKE '%bedrock%' THEN 'aws-bedrock'
        ELSE provider_key(provider_text)
    END AS provider,
    CASE WHEN unit_tokens IS NOT NULL
        THEN coalesce(sku_price_details ->> '$.ModelName', sku_price_details ->> '$.x_ModelName', resource_name)
    END AS model_name,
    CASE WHEN unit_tokens IS NOT NULL THEN token_kind_of(meter_text) END AS token_kind,
    'standard' AS service_tier,
    as_json(allocated_method_details) AS allocated_method_details,
    allocated_method_id,
    allocated_resource_id,
    allocated_resource_name,
    as_json(allocated_tags) AS allocated_tags,
    availability_zone,
    billed AS billed_cost,
    coalesce(billing_account_id, '(account not stated)') AS billing_account_id,
    billing_account_name,
    billing_account_type,
    as_currency(billing_currency) AS billing_currency,
    coalesce(as_utc(billing_period_end), month_start(billed_from_utc) + INTERVAL 1 MONTH) AS billing_period_end_utc,
    billed_from_utc AS billing_period_start_utc,
    capacity_reservation_id,
    capacity_reservation_status,
    charge_category,
    charge_class,
    charge_description,
    charge_frequency,
    coalesce(as_utc(charge_period_end), used_from_utc) AS charge_period_end_utc,
    used_from_utc AS charge_period_start_utc,
    commitment_discount_category,
    commitment_discount_id,
    commitment_discount_name,
    as_money(commitment_discount_quantity) AS commitment_discount_quantity,
    commitment_discount_status,
    commitment_discount_type,
    commitment_discount_unit,
    CASE
        WHEN unit_tokens IS NULL THEN as_money_like(consumed_quantity, pricing_quantity, quantity)
        ELSE CAST(
            as_money_like(coalesce(consumed_quantity, pricing_quantity), pricing_quantity, quantity) * unit_tokens
            AS DECIMAL(38, 15)
        )
    END AS consumed_quantity,
    CASE WHEN unit_tokens IS NULL THEN consumed_unit ELSE 'Tokens' END AS consumed_unit,
    as_json(contract_applied) AS contract_applied,
    as_money_like(contracted_cost, billed_cost, billed) AS contracted_cost,
    as_money_like(contracted_unit_price, list_unit_price, unit_price) AS contracted_unit_price,
    as_money_like(effective_cost, billed_cost, billed) AS effective_cost,
    host_provider_name,
    invoice_id,
    invoice_issuer_name,
    as_money_like(list_cost, billed_cost, billed) AS list_cost,
    unit_price AS list_unit_price,
    pricing_category,
    pricing_currency,
    as_money(pricing_currency_contracted_unit_price) AS pricing_currency_contracted_unit_price,
    as_money(pricing_currency_effective_cost) AS pricing_currency_effective_cost,
    as_money(pricing_currency_list_unit_price) AS pricing_currency_list_unit_price,
    quantity AS pricing_quantity,
    pricing_unit,
    provider_name,
    publisher_name,
    region_id,
    region_name,
    resource_id,
    resource_name,
    resource_type,
    service_category,
    service_name,
    provider_text AS service_provider_name,
    service_subcategory,
    sku_id,
    sku_meter,
    as_json(sku_price_details) AS sku_price_details,
    sku_price_id,
    sub_account_id,
    sub_account_name,
    sub_account_type,
    as_json(tags) AS tags
FROM line
