-- One row per provider, model as logged and reason, of usage in $month whose list price is unknown.
SELECT
    token_usage.provider,
    token_usage.model_name,
    usage_cost.pricing_status AS status,
    sum(token_usage.calls)::BIGINT AS calls,
    sum(
        token_usage.input_uncached_tokens + token_usage.cache_read_tokens + token_usage.cache_write_5m_tokens
        + token_usage.cache_write_1h_tokens + token_usage.cache_write_tokens + token_usage.input_audio_tokens
        + token_usage.output_tokens + token_usage.output_audio_tokens
    )::BIGINT AS tokens
FROM usage_cost
INNER JOIN token_usage ON usage_cost.usage_id = token_usage.usage_id
WHERE
    usage_cost.month = $month
    AND usage_cost.contract_cost IS NULL
    AND usage_cost.pricing_status NOT IN ('priced', 'no_tokens', 'cache_hit')
    AND token_usage.at_utc >= $start_utc
    AND token_usage.at_utc < $end_utc
GROUP BY ALL
ORDER BY tokens DESC, provider, model_name, status
