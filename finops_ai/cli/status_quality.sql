-- One row per source and what is weak about figures of its usage: rows and tokens of such rows, and the
-- tokens of all rows of the source.
WITH weighed AS (
    SELECT source, quality, count(*) AS usage_rows, sum(
        input_uncached_tokens + cache_read_tokens + cache_write_5m_tokens + cache_write_1h_tokens
        + cache_write_tokens + input_audio_tokens + output_tokens + output_audio_tokens
    )::BIGINT AS tokens
    FROM token_usage
    GROUP BY source, quality
)

SELECT
    source,
    quality,
    usage_rows,
    tokens,
    (sum(tokens) OVER (PARTITION BY source))::BIGINT AS source_tokens
FROM weighed
QUALIFY quality IS NOT NULL
ORDER BY tokens DESC, source, quality
