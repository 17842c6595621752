-- Temporary: what the logs hold per month, provider, model, and day and token kind or all of them (NULL), as bills
-- know them: tokens (searches for web_search) and what they cost at the price that accruals use; cost NULL when any
-- of it has no price.
CREATE OR REPLACE TEMP TABLE accrual_logged AS
WITH wide AS (
    SELECT
        month,
        provider,
        model_id,
        day,
        max(currency) AS currency,
        count(*) = count(list_cost) AND min(currency) = max(currency) AS is_priced,
        amount_units(sum(list_cost)::DECIMAL(38,15)) AS list_units,
        amount_units(sum(price_cost)::DECIMAL(38,15)) AS price_units,
        [
            {'kind': 'input_uncached', 'quantity': sum(input_uncached_tokens), 'cost': sum(input_uncached_cost)},
            {'kind': 'cache_read', 'quantity': sum(cache_read_tokens), 'cost': sum(cache_read_cost)},
            {'kind': 'cache_write_5m', 'quantity': sum(cache_write_5m_tokens), 'cost': sum(cache_write_5m_cost)},
            {'kind': 'cache_write_1h', 'quantity': sum(cache_write_1h_tokens), 'cost': sum(cache_write_1h_cost)},
            {'kind': 'cache_write', 'quantity': sum(cache_write_tokens), 'cost': sum(cache_write_cost)},
            {'kind': 'input_audio', 'quantity': sum(input_audio_tokens), 'cost': sum(input_audio_cost)},
            {'kind': 'output', 'quantity': sum(output_tokens), 'cost': sum(output_cost)},
            {'kind': 'output_audio', 'quantity': sum(output_audio_tokens), 'cost': sum(output_audio_cost)},
            {'kind': 'web_search', 'quantity': sum(web_search_calls), 'cost': sum(web_search_cost)}
        ] AS kinds
    FROM accrual_usage
    WHERE model_id IS NOT NULL
    GROUP BY month, provider, model_id, day
),

kind AS (
    SELECT * EXCLUDE (kinds), unnest(kinds, recursive := true)
    FROM wide
)

SELECT
    month,
    provider,
    model_id,
    day,
    kind AS token_kind,
    max(currency) AS currency,
    sum(quantity)::HUGEINT AS quantity,
    list(DISTINCT day) AS days,
    CASE
        WHEN bool_and(is_priced) AND min(currency) = max(currency)
            THEN sum(accrual_part(amount_units(cost::DECIMAL(38,15)), price_units, list_units))
    END::HUGEINT AS cost_units
FROM kind
WHERE quantity > 0
GROUP BY GROUPING SETS (
    (month, provider, model_id, day, kind),
    (month, provider, model_id, day),
    (month, provider, model_id, kind),
    (month, provider, model_id)
)
