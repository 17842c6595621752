-- One row per provider, model and currency of priced usage with tokens: what its tokens cost at list price,
-- in `currency`.
SELECT
    p.provider,
    p.model_id,
    p.currency,
    sum(p.list_cost)::DECIMAL(38,15) AS list_cost,
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
WHERE p.pricing_status = 'priced'
GROUP BY p.provider, p.model_id, p.currency
HAVING tokens > 0
ORDER BY ALL
