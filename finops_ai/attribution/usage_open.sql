-- Temporary: one row per (provider, project, day, model, token kind, tier) of the month's usage, and how much of it
-- no bill has explained yet (quantity, list_cost). key_id numbers them in the order of their names. The unit
-- costs, in units of 1e-15, are the extremes of its members: tiers, context bands and price changes differ within one model.
CREATE OR REPLACE TEMP TABLE usage_open AS
SELECT
    row_number() OVER (ORDER BY provider, project_id, day, match_model, token_kind, service_tier) AS key_id,
    provider,
    project_id,
    day,
    match_model,
    model_id,
    token_kind,
    service_tier,
    sum(quantity)::DECIMAL(38,15) AS quantity,
    sum(quantity)::DECIMAL(38,15) AS logged_quantity,
    CASE
        WHEN count(*) = count(list_cost) AND min(list_currency) = max(list_currency) THEN sum(list_cost)
    END::DECIMAL(38,15) AS list_cost,
    max(list_currency) AS list_currency,
    min(unit_cost) AS least_unit_cost,
    max(unit_cost) AS most_unit_cost
FROM (
    SELECT
        *,
        -- Small costs fit 64 bits, which divide several times faster.
        CASE
            WHEN abs(list_cost) < 9000 AND quantity < 9000000000000000000
                THEN amount_units(list_cost)::BIGINT // quantity::BIGINT
            ELSE amount_units(list_cost) // quantity::HUGEINT
        END AS unit_cost
    FROM usage_member
)
GROUP BY provider, project_id, day, match_model, model_id, token_kind, service_tier
