-- Temporary: one row per commitment and workflow (NULL: usage that no rule maps) of the month: the tokens, or the users,
-- that used it. A user counts once, for the workflow of most calls; calls without a user use no seat.
CREATE OR REPLACE TEMP TABLE commitment_user AS
WITH used AS (
    SELECT
        commitment_setting.pool,
        commitment_setting.kind,
        usage_row.workflow,
        token_usage.user_id,
        usage_row.calls,
        usage_row.input_uncached_tokens
        + usage_row.cache_read_tokens
        + usage_row.cache_write_5m_tokens
        + usage_row.cache_write_1h_tokens
        + usage_row.cache_write_tokens
        + usage_row.input_audio_tokens
        + usage_row.output_tokens
        + usage_row.output_audio_tokens AS tokens
    FROM usage_row
    INNER JOIN token_usage_rule AS matched
        ON matched.file_id = usage_row.file_id AND matched.row_number = usage_row.row_number
    INNER JOIN pool_setting ON pool_setting.pool_ordinal = matched.pool_ordinal
    INNER JOIN commitment_setting ON commitment_setting.pool = pool_setting.pool
    INNER JOIN token_usage
        ON token_usage.file_id = usage_row.file_id AND token_usage.row_number = usage_row.row_number
    WHERE usage_row.status <> 'cache_hit'
),

seat AS (
    SELECT pool, user_id, workflow
    FROM used
    WHERE kind = 'seats' AND user_id IS NOT NULL
    GROUP BY pool, user_id, workflow
    QUALIFY row_number() OVER (PARTITION BY pool, user_id ORDER BY sum(calls) DESC, workflow NULLS LAST) = 1
)

SELECT pool, workflow, sum(tokens)::HUGEINT AS used
FROM used
WHERE kind = 'throughput'
GROUP BY pool, workflow
UNION ALL
SELECT pool, workflow, count(*)::HUGEINT
FROM seat
GROUP BY pool, workflow
