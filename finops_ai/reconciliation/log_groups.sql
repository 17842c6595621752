-- One row per group of logged calls and token kind that was used: tokens, expected cost in `currency` (NULL: some of it
-- has no price), and what its price row is a price of.
WITH long AS (
    SELECT
        in_month, provider, currency, project, api_key, day, model_id, model_name, tier, failed, usage_rows,
        unnest(
            [
                {
                    'kind': 'input_uncached', 'price_id': input_uncached_price_id, 'tokens': input_uncached_tokens,
                    'expected': CASE WHEN input_uncached_known THEN input_uncached_expected_cost END
                },
                {
                    'kind': 'cache_read', 'price_id': cache_read_price_id, 'tokens': cache_read_tokens,
                    'expected': CASE WHEN cache_read_known THEN cache_read_expected_cost END
                },
                {
                    'kind': 'cache_write_5m', 'price_id': cache_write_5m_price_id, 'tokens': cache_write_5m_tokens,
                    'expected': CASE WHEN cache_write_5m_known THEN cache_write_5m_expected_cost END
                },
                {
                    'kind': 'cache_write_1h', 'price_id': cache_write_1h_price_id, 'tokens': cache_write_1h_tokens,
                    'expected': CASE WHEN cache_write_1h_known THEN cache_write_1h_expected_cost END
                },
                {
                    'kind': 'cache_write', 'price_id': cache_write_price_id, 'tokens': cache_write_tokens,
                    'expected': CASE WHEN cache_write_known THEN cache_write_expected_cost END
                },
                {
                    'kind': 'input_audio', 'price_id': input_audio_price_id, 'tokens': input_audio_tokens,
                    'expected': CASE WHEN input_audio_known THEN input_audio_expected_cost END
                },
                {
                    'kind': 'output', 'price_id': output_price_id, 'tokens': output_tokens,
                    'expected': CASE WHEN output_known THEN output_expected_cost END
                },
                {
                    'kind': 'output_audio', 'price_id': output_audio_price_id, 'tokens': output_audio_tokens,
                    'expected': CASE WHEN output_audio_known THEN output_audio_expected_cost END
                },
                {
                    'kind': 'web_search', 'price_id': web_search_price_id, 'tokens': web_search_tokens,
                    'expected': CASE WHEN web_search_known THEN web_search_expected_cost END
                }
            ],
            recursive := true
        )
    FROM reconcile_usage
),

rate AS (
    SELECT
        price_id,
        any_value(unit_price) AS list_price,
        any_value(service_tier) AS price_tier,
        any_value(endpoint_scope) AS price_scope
    FROM price
    GROUP BY price_id
)

SELECT
    in_month,
    provider,
    currency,
    project,
    api_key,
    day,
    model_id,
    CASE WHEN model_id IS NULL THEN model_name END AS model_name,
    kind,
    tier,
    coalesce(price_scope, 'global') AS scope,
    failed,
    price_id,
    any_value(list_price) AS list_price,
    sum(tokens)::BIGINT AS tokens,
    CASE WHEN count(expected) = count(*) THEN sum(expected) END::DECIMAL(38,15) AS expected,
    sum(usage_rows)::BIGINT AS usage_rows
FROM long
LEFT JOIN rate USING (price_id)
WHERE tokens > 0
GROUP BY ALL
ORDER BY ALL
