-- One row per group of charges: money in `currency`, quantity in tokens (calls of a web search), NULL when any of its
-- charges prints none; decimals: the most that any amount of its account is printed with.
WITH printed AS (
    SELECT
        provider,
        billing_account_id,
        max(length(rtrim(split_part(billed_cost::VARCHAR, '.', 2), '0'))) AS decimals
    FROM reconcile_charge
    GROUP BY ALL
)

SELECT
    bill_id,
    any_value(nature) AS nature,
    any_value(in_month) AS in_month,
    any_value(provider) AS provider,
    any_value(currency) AS currency,
    any_value(billing_account_id) AS account,
    any_value(sub_account_id) AS project,
    any_value(api_key_id) AS api_key,
    any_value(day) AS day,
    any_value(model_id) AS model_id,
    any_value(model_name) AS model_name,
    any_value(token_kind) AS kind,
    any_value(service_tier) AS tier,
    any_value(endpoint_scope) AS scope,
    any_value(detail) AS detail,
    sum(billed_cost)::DECIMAL(38,15) AS billed,
    CASE WHEN count(consumed_quantity) = count(*) THEN sum(consumed_quantity) END::DECIMAL(38,15) AS quantity,
    count(*) AS charge_rows,
    any_value(decimals) AS decimals
FROM reconcile_charge
INNER JOIN printed USING (provider, billing_account_id)
GROUP BY bill_id
ORDER BY bill_id
