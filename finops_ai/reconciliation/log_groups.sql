-- One row per group of logged calls and token kind that was used: tokens, expected cost in `currency` (NULL: some of it
-- has no price), and what its price row is a price of.
WITH long AS (
    SELECT
        in_month, provider, currency, project, api_key, day, model_id, model_name, tier, failed, usage_rows,
        unnest(
            [
                log_meter('input_uncached', input_uncached_price_id, input_uncached_tokens, input_uncached_known, input_uncached_expected_cost),
                log_meter('cache_read', cache_read_price_id, cache_read_tokens, cache_read_known, cache_read_expected_cost),
                log_meter('cache_write_5m', cache_write_5m_price_id, cache_write_5m_tokens, cache_write_5m_known, cache_write_5m_expected_cost),
                log_meter('cache_write_1h', cache_write_1h_price_id, cache_write_1h_tokens, cache_write_1h_known, cache_write_1h_expected_cost),
                log_meter('cache_write', cache_write_price_id, cache_write_tokens, cache_write_known, cache_write_expected_cost),
                log_meter('input_audio', input_audio_price_id, input_audio_tokens, input_audio_known, input_audio_expected_cost),
                log_meter('output', output_price_id, output_tokens, output_known, output_expected_cost),
                log_meter('output_audio', output_audio_price_id, output_audio_tokens, output_audio_known, output_audio_expected_cost),
                log_meter('web_search', web_search_price_id, web_search_tokens, web_search_known, web_search_expected_cost)
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
