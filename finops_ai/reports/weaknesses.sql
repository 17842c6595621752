-- One row per source and what is weak about figures of its usage in $month: rows and tokens of such rows,
-- and the tokens of all rows of the source in the month.
WITH weighed AS (
    SELECT source, quality, count(*) AS usage_rows, sum(
        input_uncached_tokens + cache_read_tokens + cache_write_5m_tokens + cache_write_1h_tokens
        + cache_write_tokens + input_audio_tokens + output_tokens + output_audio_tokens
    )::BIGINT AS tokens
    FROM token_usage
    WHERE at_utc >= $start_utc AND at_utc < $end_utc
    GROUP BY source, quality
)

SELECT
    source,
    quality AS what,
    usage_rows AS rows,
    tokens,
    (sum(tokens) OVER (PARTITION BY source))::BIGINT AS source_tokens
FROM weighed
QUALIFY quality IS NOT NULL
ORDER BY tokens DESC, source, what
