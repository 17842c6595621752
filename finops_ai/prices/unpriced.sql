-- One row per provider, model name, tier and reason without a list price, over all priced months.
-- tokens: all billed tokens of those calls.
SELECT
    p.provider,
    u.model_name,
    p.model_id,
    u.service_tier,
    p.pricing_status AS reason,
    sum(u.calls)::BIGINT AS calls,
    sum(
        u.input_uncached_tokens
        + u.cache_read_tokens
        + u.cache_write_5m_tokens
        + u.cache_write_1h_tokens
        + u.cache_write_tokens
        + u.input_audio_tokens
        + u.output_tokens
        + u.output_audio_tokens
    )::BIGINT AS tokens
FROM priced_usage AS p
JOIN token_usage AS u USING (file_id, row_number)
WHERE p.list_cost IS NULL AND p.contract_cost IS NULL
GROUP BY ALL
ORDER BY tokens DESC, p.provider, u.model_name, u.service_tier, reason
