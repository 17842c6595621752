-- importer: azure_cost
-- title: Azure cost and usage details, of Enterprise Agreements, Customer Agreements, partners and pay-as-you-go
-- tested on: files that others published (finops-toolkit, MIT; opencost, Apache-2.0), files of a generator (koku-nise)
-- feeds: charge
-- reads: csv, parquet
-- recognised by: cost_in_billing_currency | costinbillingcurrency | cost | pre_tax_cost | pretaxcost | extended_cost, date | usage_date_time | usagedatetime | usage_date, meter_category | metercategory, billing_currency | billingcurrency | billing_currency_code | billingcurrencycode | currency | currency_code
-- optional: account_name, benefit_id | benefitid, benefit_name | benefitname, billing_account_id | billingaccountid | enrollment_number | enrollmentnumber, billing_account_name | billingaccountname, billing_period_end_date | billingperiodenddate | billing_period_end, billing_period_start_date | billingperiodstartdate | billing_period_start, availability_zone, charge_type | chargetype, cost_center | costcenter, frequency, instance_id | instanceid | instance_name, invoice_id | invoiceid, invoice_section_name | invoice_section | department_name, meter_id | meterid, meter_name | metername, meter_region, meter_sub_category | meter_subcategory | metersubcategory, part_number | partnumber, payg_cost_in_billing_currency | paygcostinbillingcurrency, pay_g_price | paygprice, pricing_currency | pricingcurrency | pricing_currency_code, pricing_model | pricingmodel, product_id | productid | product_identifier, product_name | productname | product, publisher_name | publishername, quantity | usage_quantity | usagequantity | consumed_quantity, reservation_id | reservationid, reservation_name | reservationname, resource_group | resourcegroup | resource_group_name | resourcegroupname, resource_id | resourceid, resource_location | resourcelocation, resource_name | resourcename, resource_type | resourcetype, service_family | servicefamily, subscription_guid | subscriptionguid | subscription_id | subscriptionid, subscription_name | subscriptionname, tags, unit_of_measure | unitofmeasure, unit_price | unitprice
-- identity: period
-- money: cost_in_billing_currency
-- nulls: NULL
-- quirks: One importer for the headers of Enterprise Agreements, Customer Agreements (camelCase), partners, pay-as-you-go and older exports; of translated headers the name in brackets counts.
-- quirks: Amounts are before credits and taxes, as Azure exports them.
-- quirks: Actual and amortized cost describe the same spend. A file with unused commitments, or with covered usage that costs something, is amortized: all its lines say so in cost_basis.
-- quirks: Azure OpenAI meters print model, kind, place and tier in abbreviations ("gpt 4o 1120 cached Inp glbl Tokens"); quantities in 1K or 1M are stored in tokens.
-- quirks: Other models sold by Azure have provider azure; Claude in Foundry comes as one Marketplace meter without a split by kind.
-- quirks: A list price or contracted price of 0 means unknown, and "100 Hours" stands beside hours as well as beside hundreds of them: neither gives a list cost.
-- quirks: Without a billing account the subscription stands for it; without a billing period the month of the day does.
-- quirks: Resource group, cost centre and invoice section stand among the tags (resource_group, cost_center, invoice_section).
WITH line AS (
    SELECT
        *,
        azure_meter_words(meter_name) AS words,
        coalesce(meter_sub_category, '') || '; ' || coalesce(product_name, '') || '; '
        || coalesce(meter_category, '') AS family,
        as_money(cost_in_billing_currency) AS billed,
        as_quantity(quantity) AS quantity_number,
        azure_utc(date) AS used_from_utc,
        as_utc(billing_period_start_date) AS stated_from_utc,
        as_utc(billing_period_end_date) AS stated_to_utc,
        nullif(as_money(pay_g_price), 0) AS list_price,
        nullif(as_money(unit_price), 0) AS contracted_price,
        azure_is_plain_block(unit_of_measure)
        AND coalesce(pricing_currency, billing_currency) = billing_currency AS has_sound_prices,
        azure_charge_category(charge_type) AS category,
        azure_commitment(charge_type, pricing_model) AS commitment,
        azure_tags(tags) AS tags_json,
        (
            SELECT
                coalesce(
                    bool_or(azure_is_amortized_line(charge_type, pricing_model, cost_in_billing_currency)), false
                )
            FROM raw
        ) AS is_amortized
    FROM raw
),

meter AS (
    SELECT
        *,
        coalesce(azure_is_openai(family, words), false) AS is_openai,
        category = 'Usage' AND azure_token_kind(words) IS NOT NULL AS is_token,
        azure_tokens_per_unit(unit_of_measure, meter_name) AS unit_tokens
    FROM line
)

SELECT
    row_number,
    CASE WHEN is_openai THEN 'azure-openai' ELSE 'azure' END AS provider,
    CASE WHEN is_token THEN azure_model(family, words) END AS model_name,
    CASE WHEN is_token THEN azure_token_kind(words) END AS token_kind,
    CASE WHEN is_token THEN azure_tier(words) ELSE 'standard' END AS service_tier,
    CASE WHEN is_token THEN azure_scope(words) END AS endpoint_scope,
    availability_zone,
    billed AS billed_cost,
    coalesce(billing_account_id, subscription_guid, '(account not stated)') AS billing_account_id,
    billing_account_name,
    as_currency(billing_currency) AS billing_currency,
    coalesce(stated_from_utc, month_start(used_from_utc)) AS billing_period_start_utc,
    azure_period_end(coalesce(stated_from_utc, month_start(used_from_utc)), stated_to_utc) AS billing_period_end_utc,
    category AS charge_category,
    CASE WHEN lower(charge_type) = 'refund' THEN 'Correction' END AS charge_class,
    product_name AS charge_description,
    CASE lower(frequency)
        WHEN 'usagebased' THEN 'Usage-Based' WHEN 'onetime' THEN 'One-Time' WHEN 'recurring' THEN 'Recurring'
    END AS charge_frequency,
    used_from_utc AS charge_period_start_utc,
    CAST(used_from_utc + INTERVAL 1 DAY AS TIMESTAMP) AS charge_period_end_utc,
    CASE WHEN commitment IS NOT NULL THEN coalesce(benefit_id, reservation_id) END AS commitment_discount_id,
    CASE WHEN commitment IS NOT NULL THEN coalesce(benefit_name, reservation_name) END AS commitment_discount_name,
    CASE
        WHEN commitment IS NULL OR category <> 'Usage' THEN NULL
        WHEN charge_type ILIKE 'unused%' THEN 'Unused'
        ELSE 'Used'
    END AS commitment_discount_status,
    commitment AS commitment_discount_type,
    CASE
        WHEN NOT is_token THEN quantity_number
        WHEN unit_tokens IS NOT NULL THEN CAST(quantity_number * unit_tokens AS DECIMAL(38, 15))
    END AS consumed_quantity,
    CASE WHEN is_token AND unit_tokens IS NOT NULL THEN 'Tokens' ELSE unit_of_measure END AS consumed_unit,
    CASE WHEN has_sound_prices THEN azure_amount(contracted_price, quantity_number) END AS contracted_cost,
    contracted_price AS contracted_unit_price,
    -- An actual cost file does not say what covered usage is worth, nor how long a purchase serves.
    CASE WHEN is_amortized OR commitment IS NULL THEN billed END AS effective_cost,
    invoice_id,
    coalesce(
        nullif(as_money(payg_cost_in_billing_currency), 0),
        CASE WHEN has_sound_prices THEN azure_amount(list_price, quantity_number) END
    ) AS list_cost,
    list_price AS list_unit_price,
    CASE
        WHEN commitment IS NOT NULL THEN 'Committed'
        WHEN lower(replace(pricing_model, ' ', '')) = 'spot' THEN 'Dynamic'
        WHEN lower(replace(pricing_model, ' ', '')) = 'ondemand' THEN 'Standard'
    END AS pricing_category,
    pricing_currency,
    quantity_number AS pricing_quantity,
    unit_of_measure AS pricing_unit,
    publisher_name,
    coalesce(resource_location, meter_region) AS region_id,
    coalesce(resource_id, instance_id) AS resource_id,
    resource_name,
    resource_type,
    service_family AS service_category,
    meter_category AS service_name,
    'Microsoft' AS service_provider_name,
    meter_sub_category AS service_subcategory,
    meter_id AS sku_id,
    meter_name AS sku_meter,
    coalesce(part_number, product_id) AS sku_price_id,
    subscription_guid AS sub_account_id,
    subscription_name AS sub_account_name,
    CASE
        WHEN coalesce(resource_group, cost_center, invoice_section_name) IS NULL THEN tags_json
        ELSE CAST(json_merge_patch(
            '{}', json_object(
                'resource_group', resource_group, 'cost_center', cost_center, 'invoice_section', invoice_section_name
            ), coalesce(tags_json, '{}')
        ) AS VARCHAR)
    END AS tags,
    CASE WHEN is_amortized THEN 'amortized' END AS cost_basis
FROM meter
