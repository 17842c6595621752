-- Temporary: one row per commitment and workflow (NULL: usage that no rule maps) of the month: the tokens, or the users,
-- that used it. A user counts once, for the workflow of most calls; calls without a user use no seat.
CREATE OR REPLACE TEMP TABLE commitment_user AS
WITH used AS (
    SELECT
        commitment_setting.pool,
        commitment_setting.kind,
        signature.workflow,
        token_usage.user_id,
        token_usage.calls,
        token_usage.input_uncached_tokens
        + token_usage.cache_read_tokens
        + token_usage.cache_write_5m_tokens
        + token_usage.cache_write_1h_tokens
        + token_usage.cache_write_tokens
        + token_usage.input_audio_tokens
        + token_usage.output_tokens
        + token_usage.output_audio_tokens AS tokens
    FROM usage_signed AS signed
    INNER JOIN usage_signature AS signature ON signature.signature_id = signed.signature_id
    INNER JOIN pool_setting ON pool_setting.pool_ordinal = signature.pool_ordinal
    INNER JOIN commitment_setting ON commitment_setting.pool = pool_setting.pool
    INNER JOIN token_usage
        ON token_usage.file_id = signed.file_id AND token_usage.row_number = signed.row_number
    ANTI JOIN usage_left_out ON usage_left_out.month = $month AND usage_left_out.usage_id = token_usage.usage_id
    WHERE token_usage.status <> 'cache_hit'
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
