-- One row per model of the usage from $first_day to $last_day (inclusive, UTC) of $workflows (a JSON array; NULL:
-- all usage): calls, tokens, and list_cost (an estimate at list price; NULL when any of it has no price).
SELECT
    coalesce(attributed.model_id, used.model_name, 'model not stated') AS model,
    sum(used.calls)::BIGINT AS calls,
    coalesce(sum(used.calls) FILTER (WHERE used.status = 'failure'), 0)::BIGINT AS failed_calls,
    sum(
        used.input_uncached_tokens + used.cache_read_tokens + used.cache_write_5m_tokens
        + used.cache_write_1h_tokens + used.cache_write_tokens + used.input_audio_tokens
    )::BIGINT AS input_tokens,
    sum(used.cache_read_tokens)::BIGINT AS cache_read_tokens,
    sum(used.output_tokens + used.output_audio_tokens)::BIGINT AS output_tokens,
    sum(used.reasoning_tokens)::BIGINT AS reasoning_tokens,
    CASE WHEN count(*) = count(attributed.list_cost) THEN sum(attributed.list_cost) END::DECIMAL(38,15) AS list_cost
FROM usage_attributed AS attributed
INNER JOIN token_usage AS used
    ON used.file_id = attributed.file_id AND used.row_number = attributed.row_number
WHERE
    used.at_utc >= $first_day
    AND used.at_utc < $last_day + INTERVAL 1 DAY
    AND attributed.month BETWEEN date_trunc('month', $first_day) AND $last_day
    AND (
        $workflows IS NULL
        OR attributed.workflow IN (SELECT unnest(from_json($workflows, '["VARCHAR"]')))
    )
GROUP BY ALL
ORDER BY ALL
