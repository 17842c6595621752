-- One row per workflow (NULL: mapped to none) and UTC day of usage in attributed months up to $last_month: tokens
-- of every kind that were logged, cached ones included.
SELECT
    attributed.workflow,
    used.at_utc::DATE AS day,
    sum(
        used.input_uncached_tokens + used.cache_read_tokens + used.cache_write_5m_tokens
        + used.cache_write_1h_tokens + used.cache_write_tokens + used.input_audio_tokens
        + used.output_tokens + used.output_audio_tokens
    )::BIGINT AS tokens
FROM usage_attributed AS attributed
INNER JOIN token_usage AS used
    ON used.file_id = attributed.file_id AND used.row_number = attributed.row_number
WHERE attributed.month <= $last_month
GROUP BY ALL
ORDER BY ALL
