-- importer: oci_cost
-- title: Oracle Cloud Infrastructure, cost report
-- tested on: documentation
-- feeds: charge
-- reads: csv, parquet
-- recognised by: lineItem/referenceNo, lineItem/intervalUsageStart, product/service, cost/myCost, cost/currencyCode
-- optional: lineItem/tenantId, lineItem/intervalUsageEnd, lineItem/isCorrection, lineItem/backreferenceNo | lineItem/backReference, product/compartmentId, product/compartmentName, product/region, product/availabilityDomain, product/resourceId, product/description, usage/billedQuantity, cost/subscriptionId, cost/productSku, cost/unitPrice, cost/billingUnitReadable, cost/skuUnitDescription
-- identity: days
-- money: "cost/myCost"
-- quirks: A report holds some hours of a day and late lines of others: reports whose lines differ are parts of one bill.
-- quirks: myCost includes overage. A correction is a line of its own, which names the line that it corrects.
-- quirks: The month is that of the usage; times end in Z with or without seconds. Tags of the company's own are not kept.
SELECT
    row_number,
    "lineItem/referenceNo" AS source_key,
    'oci' AS provider,
    as_money("cost/myCost") AS billed_cost,
    coalesce("cost/subscriptionId", "lineItem/tenantId", '(subscription not stated)') AS billing_account_id,
    as_currency("cost/currencyCode") AS billing_currency,
    month_start(as_utc("lineItem/intervalUsageStart")) AS billing_period_start_utc,
    month_start(as_utc("lineItem/intervalUsageStart")) + INTERVAL 1 MONTH AS billing_period_end_utc,
    'Usage' AS charge_category,
    CASE WHEN lower("lineItem/isCorrection") = 'true' THEN 'Correction' END AS charge_class,
    "product/description" AS charge_description,
    as_utc("lineItem/intervalUsageStart") AS charge_period_start_utc,
    coalesce(as_utc("lineItem/intervalUsageEnd"), as_utc("lineItem/intervalUsageStart")) AS charge_period_end_utc,
    as_quantity("usage/billedQuantity") AS consumed_quantity,
    coalesce("cost/billingUnitReadable", "cost/skuUnitDescription") AS consumed_unit,
    as_money("cost/myCost") AS effective_cost,
    as_money("cost/unitPrice") AS contracted_unit_price,
    'Oracle' AS invoice_issuer_name,
    "product/availabilityDomain" AS availability_zone,
    "product/region" AS region_id,
    "product/resourceId" AS resource_id,
    "product/service" AS service_name,
    'Oracle Cloud Infrastructure' AS service_provider_name,
    "cost/productSku" AS sku_id,
    "product/compartmentId" AS sub_account_id,
    "product/compartmentName" AS sub_account_name,
    CASE WHEN "lineItem/backreferenceNo" IS NOT NULL
        THEN CAST(json_object('corrects', "lineItem/backreferenceNo") AS VARCHAR)
    END AS tags
FROM raw
