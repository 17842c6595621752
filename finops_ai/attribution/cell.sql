-- One row per group of charges of $month that are treated alike: table cell. quantity is NULL when any of its
-- charges states none.
INSERT INTO cell
SELECT
    $month,
    cell_id,
    nature,
    provider,
    billing_currency,
    billing_account_id,
    sub_account_id,
    day,
    model_id,
    model_name,
    token_kind,
    charge_category,
    charge_class,
    service_provider_name,
    service_name,
    workflow,
    rule_ordinal,
    pool,
    sum(billed_cost)::DECIMAL(38,15),
    CASE WHEN count(*) = count(quantity) THEN sum(quantity) END::DECIMAL(38,15),
    count(*),
    service_tier
FROM charge_row
GROUP BY ALL
ORDER BY cell_id
