-- importer: gcp_billing
-- title: Google Cloud billing export from BigQuery, standard and detailed, Vertex AI included
-- tested on: a real file (koku, Apache-2.0), files of a generator (koku-nise); Vertex lines: synthetic files of others
-- feeds: charge
-- reads: csv, parquet, jsonl, json
-- recognised by: cost, currency, usage_start_time, service_description | service.description | service, sku_description | sku.description | sku
-- optional: adjustment_info_type | adjustment_info.type | adjustment_info, billing_account_id, cost_at_list, cost_type, credits, invoice_month | invoice.month | invoice, labels, location_location | location.location, location_region | location.region | location, location_zone | location.zone, price_effective_price | price.effective_price | price, project_id | project.id | project, project_labels | project.labels, project_name | project.name, resource_global_name | resource.global_name, resource_name | resource.name | resource, seller_name, service_id | service.id, sku_id | sku.id, tags, usage_amount | usage.amount | usage, usage_amount_in_pricing_units | usage.amount_in_pricing_units, usage_end_time, usage_pricing_unit | usage.pricing_unit, usage_unit | usage.unit
-- identity: period
-- money: gcp_net(cost, credits)
-- quirks: billed_cost is the cost with its credits, as the invoice adds it up; contracted_cost is the cost before credits, so what lies between the two are the credits.
-- quirks: Nested rows (JSON, Parquet) and rows flattened to CSV, with dots or underscores in the names, are one format here.
-- quirks: Credits and labels are read as JSON and as Python prints them.
-- quirks: The invoice's month is the billing period, also for usage at the end of the month before; without it the month of the usage is.
-- quirks: Token SKUs have the unit count or requests and are stored in tokens; cache storage by the hour is no token line.
-- quirks: Partner models on Vertex AI have provider google, as Google bills them.
-- quirks: The export adds late lines and corrections for days that it held already: export the whole month again.
WITH flat AS (
    SELECT
        row_number,
        cost,
        credits,
        currency,
        cost_type,
        gcp_part(service_description, 'description') AS service_text,
        gcp_part(sku_description, 'description') AS sku_text,
        coalesce(sku_id, gcp_inner(sku_description, 'id')) AS sku_key,
        gcp_part(project_id, 'id') AS project_key,
        coalesce(project_name, gcp_inner(project_id, 'name')) AS project_text,
        coalesce(project_labels, gcp_inner(project_id, 'labels')) AS project_label_text,
        gcp_part(location_region, 'region') AS region_text,
        coalesce(location_location, gcp_inner(location_region, 'location')) AS place_text,
        coalesce(location_zone, gcp_inner(location_region, 'zone')) AS zone_text,
        gcp_part(usage_amount, 'amount') AS amount_text,
        coalesce(usage_unit, gcp_inner(usage_amount, 'unit')) AS unit_text,
        coalesce(
            usage_amount_in_pricing_units, gcp_inner(usage_amount, 'amount_in_pricing_units')
        ) AS pricing_amount_text,
        coalesce(usage_pricing_unit, gcp_inner(usage_amount, 'pricing_unit')) AS pricing_unit_text,
        coalesce(
            gcp_part(resource_name, 'name'), resource_global_name, gcp_inner(resource_name, 'global_name')
        ) AS resource_text,
        gcp_part(invoice_month, 'month') AS month_text,
        gcp_credit_amounts(credits) AS amounts,
        gcp_part(price_effective_price, 'effective_price') AS price_text,
        gcp_part(adjustment_info_type, 'type') AS adjustment_text,
        as_epoch_utc(usage_start_time) AS used_from_utc,
        as_epoch_utc(usage_end_time) AS used_to_utc,
        billing_account_id,
        cost_at_list,
        seller_name,
        gcp_label_json(labels) AS label_json,
        gcp_label_json(tags) AS tag_json
    FROM raw
),

line AS (
    SELECT
        *,
        as_money(cost) AS gross,
        as_money(cost_at_list) AS listed,
        as_money(price_text) AS price,
        as_quantity(amount_text) AS amount,
        gcp_net_of(cost, amounts) AS net_text,
        gcp_month(month_text) AS invoiced_from_utc,
        gcp_label_json(project_label_text) AS project_label_json,
        gcp_counts_tokens(service_text, sku_text, unit_text) AS counts_tokens,
        gcp_charge_category(cost_type) AS category,
        coalesce(region_text, place_text) AS place,
        gcp_is_model(service_text, sku_text) AS is_model
    FROM flat
),

priced AS (
    SELECT
        *,
        -- Credits that cannot be read, or that are no numbers, reject their line.
        CASE
            WHEN amounts IS NULL OR list_bool_or([TRY_CAST(a AS DECIMAL(38, 20)) IS NULL FOR a IN amounts])
                THEN as_money(bad_json(credits))
            ELSE as_money(net_text)
        END AS billed,
        coalesce(invoiced_from_utc, month_start(used_from_utc)) AS billed_from_utc,
        CASE WHEN is_model AND category = 'Usage' THEN gcp_token_kind(sku_text) END AS kind,
        CAST(json_merge_patch(
            '{}', gcp_label_object(project_label_json), gcp_label_object(tag_json), gcp_label_object(label_json)
        ) AS VARCHAR) AS all_labels
    FROM line
)

SELECT
    row_number,
    'google' AS provider,
    CASE WHEN kind <> 'web_search' THEN gcp_model(sku_text) END AS model_name,
    kind AS token_kind,
    CASE WHEN kind IS NOT NULL THEN gcp_tier(sku_text) ELSE 'standard' END AS service_tier,
    CASE
        WHEN kind IS NULL OR kind = 'web_search' THEN NULL
        WHEN place = 'global' OR regexp_matches(sku_text, '(?i)\bglobal\b') THEN 'global'
        WHEN place IS NOT NULL THEN 'regional'
    END AS endpoint_scope,
    zone_text AS availability_zone,
    billed AS billed_cost,
    coalesce(billing_account_id, '(account not stated)') AS billing_account_id,
    as_currency(currency) AS billing_currency,
    billed_from_utc AS billing_period_start_utc,
    CAST(billed_from_utc + INTERVAL 1 MONTH AS TIMESTAMP) AS billing_period_end_utc,
    category AS charge_category,
    CASE WHEN adjustment_text ILIKE '%correction%' THEN 'Correction' END AS charge_class,
    sku_text AS charge_description,
    used_from_utc AS charge_period_start_utc,
    coalesce(used_to_utc, used_from_utc) AS charge_period_end_utc,
    CASE
        WHEN kind IS NULL OR kind = 'web_search' OR counts_tokens THEN amount
    END AS consumed_quantity,
    CASE
        WHEN kind <> 'web_search' AND counts_tokens THEN 'Tokens'
        ELSE unit_text
    END AS consumed_unit,
    gross AS contracted_cost,
    price AS contracted_unit_price,
    billed AS effective_cost,
    CASE WHEN listed <> 0 OR gross = 0 THEN listed END AS list_cost,
    as_quantity(pricing_amount_text) AS pricing_quantity,
    pricing_unit_text AS pricing_unit,
    seller_name AS publisher_name,
    place AS region_id,
    resource_text AS resource_id,
    service_text AS service_name,
    'Google Cloud' AS service_provider_name,
    sku_key AS sku_id,
    sku_text AS sku_meter,
    project_key AS sub_account_id,
    project_text AS sub_account_name,
    nullif(all_labels, '{}') AS tags
FROM priced
