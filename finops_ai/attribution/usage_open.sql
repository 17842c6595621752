-- Temporary: one row per (provider, project, day, model, token kind, tier) of the month's usage, and how much of it
-- no bill has explained yet (quantity, list_cost); its names are read from its number: see usage_source.sql. The unit
-- costs, in units of 1e-15, are the extremes of its members: tiers, context bands and price changes differ within one model.
CREATE OR REPLACE TEMP TABLE usage_open AS
WITH priced AS (
    SELECT
        *,
        -- Small costs fit 64 bits, which divide several times faster.
        CASE
            WHEN abs(list_cost) < 9000 AND quantity < 9000000000000000000
                THEN amount_units(list_cost)::BIGINT // quantity::BIGINT
            ELSE amount_units(list_cost) // quantity::HUGEINT
        END AS unit_cost
    FROM usage_member
),

summed AS (
    SELECT
        key_id,
        sum(quantity)::DECIMAL(38,15) AS quantity,
        CASE
            WHEN count(*) = count(list_cost) AND min(list_currency) = max(list_currency) THEN sum(list_cost)
        END::DECIMAL(38,15) AS list_cost,
        max(list_currency) AS list_currency,
        min(unit_cost) AS least_unit_cost,
        max(unit_cost) AS most_unit_cost
    FROM priced
    GROUP BY key_id
),

numbered AS (
    SELECT
        summed.*,
        (key_id // key_per_day) % 32 AS day_number,
        (key_id % (9 * key_per_kind)) // key_per_kind AS kind_number,
        key_id - day_number * key_per_day - kind_number * key_per_kind AS key_first
    FROM summed
    CROSS JOIN (SELECT DISTINCT key_per_day, key_per_kind FROM usage_source) AS step
)

SELECT
    numbered.key_id,
    source.provider,
    source.project_id,
    $month::DATE + numbered.day_number::INTEGER AS day,
    source.match_model,
    source.model_id,
    [
        'cache_read', 'cache_write', 'cache_write_1h', 'cache_write_5m', 'input_audio', 'input_uncached', 'output',
        'output_audio', 'web_search'
    ][numbered.kind_number + 1] AS token_kind,
    source.service_tier,
    numbered.quantity,
    numbered.quantity AS logged_quantity,
    numbered.list_cost,
    numbered.list_currency,
    numbered.least_unit_cost,
    numbered.most_unit_cost
FROM numbered
INNER JOIN usage_source AS source ON source.key_first = numbered.key_first AND source.is_sent
