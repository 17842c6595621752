-- importer: focus
-- title: FOCUS 1.0 to 1.4, of any provider
-- tested on: real files (FOCUS sample data, CC-BY-4.0; FOCUS specification examples) and generated ones
-- feeds: charge
-- reads: csv, parquet, jsonl
-- recognised by: billed_cost | BilledCost, billing_currency | BillingCurrency, billing_period_start | BillingPeriodStart, charge_category | ChargeCategory, charge_period_start | ChargePeriodStart, effective_cost | EffectiveCost
-- optional: allocated_method_details | AllocatedMethodDetails, allocated_method_id | AllocatedMethodId, allocated_resource_id | AllocatedResourceId, allocated_resource_name | AllocatedResourceName, allocated_tags | AllocatedTags, availability_zone | AvailabilityZone, billing_account_id | BillingAccountId, billing_account_name | BillingAccountName, billing_account_type | BillingAccountType, billing_period_end | BillingPeriodEnd, capacity_reservation_id | CapacityReservationId, capacity_reservation_status | CapacityReservationStatus, charge_class | ChargeClass, charge_description | ChargeDescription, charge_frequency | ChargeFrequency, charge_period_end | ChargePeriodEnd, commitment_discount_category | CommitmentDiscountCategory, commitment_discount_id | CommitmentDiscountId, commitment_discount_name | CommitmentDiscountName, commitment_discount_quantity | CommitmentDiscountQuantity, commitment_discount_status | CommitmentDiscountStatus, commitment_discount_type | CommitmentDiscountType, commitment_discount_unit | CommitmentDiscountUnit, consumed_quantity | ConsumedQuantity, consumed_unit | ConsumedUnit, contract_applied | ContractApplied, contracted_cost | ContractedCost, contracted_unit_price | ContractedUnitPrice, host_provider_name | HostProviderName, invoice_id | InvoiceId, invoice_issuer_name | InvoiceIssuerName, list_cost | ListCost, list_unit_price | ListUnitPrice, pricing_category | PricingCategory, pricing_currency | PricingCurrency, pricing_currency_contracted_unit_price | PricingCurrencyContractedUnitPrice, pricing_currency_effective_cost | PricingCurrencyEffectiveCost, pricing_currency_list_unit_price | PricingCurrencyListUnitPrice, pricing_quantity | PricingQuantity, pricing_unit | PricingUnit, provider_name | ProviderName, publisher_name | PublisherName, region_id | RegionId, region_name | RegionName, resource_id | ResourceId, resource_name | ResourceName, resource_type | ResourceType, service_category | ServiceCategory, service_name | ServiceName, service_provider_name | ServiceProviderName, service_subcategory | ServiceSubcategory, sku_id | SkuId, sku_meter | SkuMeter, sku_price_details | SkuPriceDetails, sku_price_id | SkuPriceId, sub_account_id | SubAccountId, sub_account_name | SubAccountName, sub_account_type | SubAccountType, Tags, x_effective_unit_price | x_EffectiveUnitPrice, x_pricing_block_size | x_PricingBlockSize, x_service_code | x_ServiceCode, x_sku_meter_category | x_SkuMeterCategory, x_sku_meter_name | x_SkuMeterName, x_sku_meter_subcategory | x_SkuMeterSubcategory, x_usage_type | x_UsageType
-- identity: period
-- money: focus_digits(billed_cost)
-- nulls: NULL, null
-- json: sku_price_details
-- quirks: ServiceProviderName falls back to ProviderName and PublisherName, which FOCUS 1.4 removed.
-- quirks: Money set out for people, such as "$10,000.00 ", is read where it can mean one thing only; "1,204" is rejected.
-- quirks: A line counts tokens when its category is Usage and its unit says so: a purchase of tokens as a currency is none. Quantities in blocks ("1000 Tokens", "1M tokens") are stored in tokens.
-- quirks: The model is SkuPriceDetails.ModelId (or ModelName); on AWS exports it is read from x_UsageType and the product's name, on Microsoft's from x_SkuMeterName, and so are token kind, tier and place.
-- quirks: Microsoft's ListCost and ContractedCost of 0 beside a cost and without a unit price are unknown; an empty ServiceName takes the publisher's or the meter's name.
-- quirks: Lines that a provider split (AllocatedMethodId) stand in place of the charge that they add up to: every line counts, none twice.
-- quirks: Corrections (ChargeClass) keep their sign. Nothing is taken for a duplicate, as FOCUS asks.
-- quirks: Columns of the provider's own (x_...), InvoiceDetailId and CommitmentProgramEligibilityDetails are not kept.
WITH line AS (
    SELECT
        *,
        coalesce(service_provider_name, provider_name, publisher_name) AS provider_text,
        coalesce(x_usage_type, sku_meter) AS usage_type,
        CASE WHEN x_sku_meter_category IS NOT NULL
            THEN azure_meter_words(coalesce(x_sku_meter_name, sku_meter))
        END AS words,
        coalesce(x_sku_meter_subcategory, '') || '; ' || coalesce(x_sku_meter_category, '') AS meter_family,
        as_utc(billing_period_start) AS billed_from_utc,
        as_utc(charge_period_start) AS used_from_utc,
        as_money_shown(billed_cost) AS billed,
        as_money_shown(list_unit_price) AS unit_price,
        as_quantity(pricing_quantity) AS quantity,
        CASE
            WHEN consumed_quantity IS NULL THEN pricing_unit
            ELSE coalesce(consumed_unit, pricing_unit)
        END AS unit_text
    FROM raw
),

meter AS (
    SELECT
        *,
        as_money_like(coalesce(consumed_quantity, pricing_quantity), pricing_quantity, quantity) AS consumed,
        focus_money_like(list_cost, billed_cost, billed) AS list_amount,
        focus_money_like(contracted_cost, billed_cost, billed) AS contracted_amount,
        focus_money_like(contracted_unit_price, list_unit_price, unit_price) AS contracted_price,
        CASE
            WHEN charge_category <> 'Usage' THEN NULL
            WHEN usage_type IS NULL THEN tokens_per_unit(unit_text)
            ELSE bedrock_unit_tokens(unit_text, usage_type)
        END AS unit_tokens,
        CASE
            WHEN usage_type IS NULL OR usage_type NOT ILIKE '%token%' OR charge_category <> 'Usage' THEN false
            ELSE coalesce(
                is_bedrock_tokens(usage_type, coalesce(x_service_code, '') || coalesce(service_name, '')), false
            )
        END AS is_bedrock,
        CASE
            WHEN x_sku_meter_category IS NULL THEN false
            ELSE coalesce(azure_is_openai(meter_family, words), false)
        END AS is_openai,
        CASE
            WHEN x_sku_meter_category IS NULL OR charge_category <> 'Usage' THEN NULL
            ELSE azure_token_kind(words)
        END AS azure_kind
    FROM line
)

SELECT
    row_number,
    CASE
        WHEN is_bedrock OR coalesce(service_name, '') ILIKE '%bedrock%' THEN 'aws-bedrock'
        WHEN is_openai THEN 'azure-openai'
        ELSE provider_key(provider_text)
    END AS provider,
    CASE
        WHEN azure_kind IS NOT NULL THEN azure_model(meter_family, words)
        WHEN is_bedrock OR unit_tokens IS NOT NULL THEN coalesce(
            focus_model(sku_price_details), bedrock_model(usage_type, charge_description, service_name), resource_name
        )
    END AS model_name,
    CASE
        WHEN azure_kind IS NOT NULL THEN azure_kind
        WHEN is_bedrock THEN bedrock_token_kind(usage_type)
        WHEN unit_tokens IS NOT NULL THEN focus_token_kind(sku_price_details, sku_meter, charge_description)
    END AS token_kind,
    CASE
        WHEN azure_kind IS NOT NULL THEN azure_tier(words)
        WHEN is_bedrock THEN bedrock_tier(usage_type)
        ELSE 'standard'
    END AS service_tier,
    CASE
        WHEN azure_kind IS NOT NULL THEN azure_scope(words)
        WHEN is_bedrock THEN bedrock_scope(usage_type)
    END AS endpoint_scope,
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
        WHEN azure_kind IS NOT NULL AND unit_tokens IS NULL THEN focus_block_units(
            consumed, quantity, as_quantity(x_pricing_block_size),
            coalesce(as_quantity(x_effective_unit_price), unit_price), billed
        )
        WHEN unit_tokens IS NOT NULL THEN CAST(
            consumed * unit_tokens
            AS DECIMAL(38, 15)
        )
        WHEN is_bedrock THEN CAST(quantity * bedrock_unit_tokens(pricing_unit, usage_type) AS DECIMAL(38, 15))
        WHEN consumed_quantity IS NOT NULL THEN consumed
    END AS consumed_quantity,
    CASE
        WHEN azure_kind IS NOT NULL OR is_bedrock OR unit_tokens IS NOT NULL THEN 'Tokens'
        ELSE consumed_unit
    END AS consumed_unit,
    as_json(contract_applied) AS contract_applied,
    focus_cost(contracted_amount, contracted_price, billed, provider_text) AS contracted_cost,
    contracted_price AS contracted_unit_price,
    focus_money_like(effective_cost, billed_cost, billed) AS effective_cost,
    host_provider_name,
    invoice_id,
    invoice_issuer_name,
    focus_cost(list_amount, unit_price, billed, provider_text) AS list_cost,
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
    CASE
        WHEN service_name IS NULL AND provider_text ILIKE 'microsoft%' THEN coalesce(
            CASE WHEN publisher_name NOT ILIKE 'microsoft%' THEN publisher_name END, x_sku_meter_subcategory
        )
        ELSE service_name
    END AS service_name,
    provider_text AS service_provider_name,
    service_subcategory,
    sku_id,
    sku_meter,
    as_json(sku_price_details) AS sku_price_details,
    nullif(sku_price_id, '-2') AS sku_price_id,
    sub_account_id,
    nullif(sub_account_name, 'Unassigned') AS sub_account_name,
    sub_account_type,
    focus_tags(tags) AS tags
FROM meter
