-- One row per group of logged calls and token kind that was used: tokens, expected cost in `currency` (NULL: some of it
-- has no price), and what its price row is a price of.
WITH long AS (
    SELECT
        in_month, provider, currency, project, api_key, day, model_id, model_name, tier, failed, usage_rows,
        'input_uncached' AS kind, input_uncached_price_id AS price_id, input_uncached_tokens AS tokens,
        CASE WHEN input_uncached_known THEN input_uncached_expected_cost END AS expected
    FROM reconcile_usage
    WHERE input_uncached_tokens > 0
    UNION ALL
    SELECT
        in_month, provider, currency, project, api_key, day, model_id, model_name, tier, failed, usage_rows,
        'cache_read' AS kind, cache_read_price_id AS price_id, cache_read_tokens AS tokens,
        CASE WHEN cache_read_known THEN cache_read_expected_cost END AS expected
    FROM reconcile_usage
    WHERE cache_read_tokens > 0
    UNION ALL
    SELECT
        in_month, provider, currency, project, api_key, day, model_id, model_name, tier, failed, usage_rows,
        'cache_write_5m' AS kind, cache_write_5m_price_id AS price_id, cache_write_5m_tokens AS tokens,
        CASE WHEN cache_write_5m_known THEN cache_write_5m_expected_cost END AS expected
    FROM reconcile_usage
    WHERE cache_write_5m_tokens > 0
    UNION ALL
    SELECT
        in_month, provider, currency, project, api_key, day, model_id, model_name, tier, failed, usage_rows,
        'cache_write_1h' AS kind, cache_write_1h_price_id AS price_id, cache_write_1h_tokens AS tokens,
        CASE WHEN cache_write_1h_known THEN cache_write_1h_expected_cost END AS expected
    FROM reconcile_usage
    WHERE cache_write_1h_tokens > 0
    UNION ALL
    SELECT
        in_month, provider, currency, project, api_key, day, model_id, model_name, tier, failed, usage_rows,
        'cache_write' AS kind, cache_write_price_id AS price_id, cache_write_tokens AS tokens,
        CASE WHEN cache_write_known THEN cache_write_expected_cost END AS expected
    FROM reconcile_usage
    WHERE cache_write_tokens > 0
    UNION ALL
    SELECT
        in_month, provider, currency, project, api_key, day, model_id, model_name, tier, failed, usage_rows,
        'input_audio' AS kind, input_audio_price_id AS price_id, input_audio_tokens AS tokens,
        CASE WHEN input_audio_known THEN input_audio_expected_cost END AS expected
    FROM reconcile_usage
    WHERE input_audio_tokens > 0
    UNION ALL
    SELECT
        in_month, provider, currency, project, api_key, day, model_id, model_name, tier, failed, usage_rows,
        'output' AS kind, output_price_id AS price_id, output_tokens AS tokens,
        CASE WHEN output_known THEN output_expected_cost END AS expected
    FROM reconcile_usage
    WHERE output_tokens > 0
    UNION ALL
    SELECT
        in_month, provider, currency, project, api_key, day, model_id, model_name, tier, failed, usage_rows,
        'output_audio' AS kind, output_audio_price_id AS price_id, output_audio_tokens AS tokens,
        CASE WHEN output_audio_known THEN output_audio_expected_cost END AS expected
    FROM reconcile_usage
    WHERE output_audio_tokens > 0
    UNION ALL
    SELECT
        in_month, provider, currency, project, api_key, day, model_id, model_name, tier, failed, usage_rows,
        'web_search' AS kind, web_search_price_id AS price_id, web_search_tokens AS tokens,
        CASE WHEN web_search_known THEN web_search_expected_cost END AS expected
    FROM reconcile_usage
    WHERE web_search_tokens > 0
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
GROUP BY ALL
ORDER BY ALL
