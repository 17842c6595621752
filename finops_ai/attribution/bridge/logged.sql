-- One row per workflow, provider, model and tier of the calls of $month that were sent to a provider: what a
-- gateway answered from its own cache is no call here. Tokens by kind; reasoning is a part of output.
SELECT
    a.workflow,
    u.provider,
    coalesce(u.model_id, '?' || u.model_name) AS model,
    u.service_tier AS tier,
    sum(u.calls)::BIGINT AS calls,
    sum(u.input_uncached_tokens)::BIGINT AS input_uncached,
    sum(u.cache_read_tokens)::BIGINT AS cache_read,
    sum(u.cache_write_5m_tokens)::BIGINT AS cache_write_5m,
    sum(u.cache_write_1h_tokens)::BIGINT AS cache_write_1h,
    sum(u.cache_write_tokens)::BIGINT AS cache_write,
    sum(u.input_audio_tokens)::BIGINT AS input_audio,
    sum(u.output_tokens)::BIGINT AS output,
    sum(u.output_audio_tokens)::BIGINT AS output_audio,
    sum(u.web_search_calls)::BIGINT AS web_search,
    sum(least(u.reasoning_tokens, u.output_tokens))::BIGINT AS reasoning
FROM usage_attributed AS a
INNER JOIN token_usage AS u ON u.file_id = a.file_id AND u.row_number = a.row_number
WHERE a.month = $month
    AND a.workflow IS NOT NULL
    AND u.status <> 'cache_hit'
    AND u.at_utc >= $start_utc
    AND u.at_utc < $end_utc
GROUP BY ALL
ORDER BY ALL
