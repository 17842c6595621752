-- importer: databricks_usage
-- title: Databricks, rows of system.billing.usage, with or without prices
-- tested on: documentation
-- feeds: charge
-- reads: csv, parquet, json, jsonl
-- recognised by: sku_name, usage_unit, usage_quantity, usage_date | usage_start_time, billing_origin_product
-- optional: record_id, account_id, workspace_id, workspace_name, cloud, usage_start_time, usage_end_time, custom_tags, usage_metadata, identity_metadata, record_type, product_features, usage_type, currency_code | currency, effective_list_cost | list_cost | usage_cost | cost_usd | total_cost | cost | estimated_cost, effective_list_price | effective_price | pricing_effective_list_default | list_price | pricing_default | price_per_dbu | unit_price | price | default, pricing, endpoint_name | usage_metadata_endpoint_name, run_as | identity_metadata_run_as
-- identity: days
-- money: databricks_billed(usage_quantity, effective_list_cost, effective_list_price, pricing)
-- nulls: NULL, null, None
-- quirks: The table holds quantities. Without a price a line is billed in its unit (DBU), a currency of its own that is never added to dollars.
-- quirks: For dollars export it joined with the list prices: SELECT u.*, p.currency_code, p.pricing.effective_list.default AS effective_list_price FROM system.billing.usage AS u LEFT JOIN system.billing.list_prices AS p ON u.sku_name = p.sku_name AND u.cloud = p.cloud AND u.usage_unit = p.usage_unit AND p.currency_code = 'USD' AND u.usage_end_time >= p.price_start_time AND (p.price_end_time IS NULL OR u.usage_end_time < p.price_end_time).
-- quirks: That is the list price: a negotiated discount is on the invoice, and in system.billing.account_prices where an account has it; joined under the name effective_price it is read the same way. A cost column (list_cost, cost_usd, ...) is taken before any price.
-- quirks: Corrections are lines too: RETRACTION takes an ORIGINAL back with a negative quantity, RESTATEMENT states it anew. All are added up.
-- quirks: custom_tags and usage_metadata are read as JSON, as Parquet maps and structs, and as Python prints them; the serving endpoint is the resource.
WITH described AS (
    SELECT
        *,
        metadata_json(usage_metadata) AS used,
        metadata_json(custom_tags) AS custom,
        metadata_json(identity_metadata) AS actor,
        databricks_billed(usage_quantity, effective_list_cost, effective_list_price, pricing) AS amount,
        effective_list_cost IS NOT NULL OR databricks_price(effective_list_price, pricing) IS NOT NULL AS is_priced,
        coalesce(as_utc(usage_start_time), as_utc(usage_date)) AS used_from_utc
    FROM raw
),

named AS (
    SELECT
        *,
        coalesce(endpoint_name, json_extract_string(used, '$.endpoint_name')) AS endpoint,
        json_extract_string(used, [
            '$.endpoint_id', '$.warehouse_id', '$.dlt_pipeline_id', '$.job_id', '$.app_id', '$.cluster_id',
            '$.notebook_id'
        ]) AS ids,
        json_extract_string(used, ['$.job_name', '$.app_name', '$.notebook_path']) AS names
    FROM described
)

SELECT
    row_number,
    record_id AS source_key,
    'databricks' AS provider,
    json_extract_string(used, '$.ai_gateway.destination_model') AS model_name,
    as_money(amount) AS billed_cost,
    coalesce(account_id, '(account not stated)') AS billing_account_id,
    CASE WHEN is_priced THEN coalesce(as_currency(currency_code), 'USD') ELSE as_currency(usage_unit) END
        AS billing_currency,
    month_start(used_from_utc) AS billing_period_start_utc,
    month_start(used_from_utc) + INTERVAL 1 MONTH AS billing_period_end_utc,
    'Usage' AS charge_category,
    CASE WHEN upper(record_type) IN ('RETRACTION', 'RESTATEMENT') THEN 'Correction' END AS charge_class,
    concat_ws(', ', sku_name, usage_type) AS charge_description,
    used_from_utc AS charge_period_start_utc,
    coalesce(as_utc(usage_end_time), used_from_utc + INTERVAL 1 DAY) AS charge_period_end_utc,
    as_quantity(usage_quantity) AS consumed_quantity,
    usage_unit AS consumed_unit,
    as_money(amount) AS effective_cost,
    cloud AS host_provider_name,
    'Databricks' AS invoice_issuer_name,
    CASE WHEN is_priced THEN as_money(amount) END AS list_cost,
    as_money(databricks_price(effective_list_price, pricing)) AS list_unit_price,
    list_filter(ids, LAMBDA id: id IS NOT NULL)[1] AS resource_id,
    coalesce(endpoint, names[1], names[2], names[3]) AS resource_name,
    billing_origin_product AS service_name,
    'Databricks' AS service_provider_name,
    sku_name AS sku_id,
    usage_type AS sku_meter,
    workspace_id AS sub_account_id,
    workspace_name AS sub_account_name,
    filled_object(json_merge_patch(
        CAST(coalesce(custom, '{}') AS JSON),
        json_object(
            'user', coalesce(run_as, json_extract_string(actor, '$.run_as')),
            'endpoint', endpoint
        )
    )) AS tags
FROM named
