-- One row: which token kinds any call of the month used.
SELECT
    coalesce(max(input_uncached_tokens), 0) > 0 AS input_uncached,
    coalesce(max(cache_read_tokens), 0) > 0 AS cache_read,
    coalesce(max(cache_write_5m_tokens), 0) > 0 AS cache_write_5m,
    coalesce(max(cache_write_1h_tokens), 0) > 0 AS cache_write_1h,
    coalesce(max(cache_write_tokens), 0) > 0 AS cache_write,
    coalesce(max(input_audio_tokens), 0) > 0 AS input_audio,
    coalesce(max(output_tokens), 0) > 0 AS output,
    coalesce(max(output_audio_tokens), 0) > 0 AS output_audio,
    coalesce(max(web_search_calls), 0) > 0 AS web_search
FROM token_usage
WHERE at_utc >= $start_utc AND at_utc < $end_utc
