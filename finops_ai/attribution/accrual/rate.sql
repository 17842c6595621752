-- Temporary: the measured rate, billed over logged at the price of accruals, per provider, model and currency, and
-- per provider for models without any (model_id NULL). Rounded to 9 decimals; the sample is what it rests on.
CREATE OR REPLACE TEMP TABLE accrual_rate AS
SELECT
    provider,
    model_id,
    currency,
    ((sum(billed_units) * 1000000000 + sum(price_units) // 2) // sum(price_units))::DECIMAL(38,0) * 0.000000001
        AS rate,
    units_amount(sum(price_units)::HUGEINT) AS sample_cost,
    len(list_distinct(flatten(list(days))))::BIGINT AS sample_days,
    list_min(flatten(list(days))) AS first_day,
    list_max(flatten(list(days))) AS last_day,
    bool_and(has_quantity) AS has_quantity
FROM accrual_evidence
GROUP BY GROUPING SETS ((provider, model_id, currency), (provider, currency))
HAVING sum(price_units) > 0
