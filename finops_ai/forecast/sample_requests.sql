-- One row per request of the sample: its calls, tokens and list_cost in list_currency (an estimate; NULL when any call
-- has no price). A request is a trace where the log names one and $by is 'trace', else one call. A retry is a call that
-- failed, or one that sends as many tokens to the same model of the same request again: with its tokens and its part
-- of list_cost. $workflow, $project, $tag_key and $tag_value choose (NULL: all).
WITH chosen AS (
    SELECT
        used.file_id,
        used.row_number,
        CASE WHEN $by = 'trace' THEN coalesce(used.trace_id, used.usage_id::VARCHAR) ELSE used.usage_id::VARCHAR END
            AS request,
        used.at_utc,
        coalesce(used.model_id, used.model_name, 'model not stated') AS model,
        used.calls,
        used.status,
        used.input_uncached_tokens + used.cache_read_tokens + used.cache_write_5m_tokens
        + used.cache_write_1h_tokens + used.cache_write_tokens + used.input_audio_tokens AS input_tokens,
        used.output_tokens + used.output_audio_tokens AS output_tokens,
        attributed.list_cost,
        used.provider
    FROM token_usage AS used
    INNER JOIN usage_attributed AS attributed
        ON attributed.file_id = used.file_id AND attributed.row_number = used.row_number
    WHERE
        ($workflow IS NULL OR attributed.workflow = $workflow)
        AND ($project IS NULL OR used.project_id = $project)
        AND ($tag_key IS NULL OR json_extract_string(used.tags, '$."' || $tag_key || '"') = $tag_value)
        AND ($first_day IS NULL OR used.at_utc >= $first_day)
        AND ($after_day IS NULL OR used.at_utc < $after_day)
),

marked AS (
    SELECT
        *,
        status = 'failure' OR row_number() OVER (
            PARTITION BY request, model, input_tokens, status = 'failure' ORDER BY at_utc, file_id, row_number
        ) > 1 AS is_retry
    FROM chosen
)

SELECT
    request,
    min(at_utc) AS first_at_utc,
    max(at_utc) AS last_at_utc,
    sum(calls)::BIGINT AS calls,
    coalesce(sum(calls) FILTER (WHERE is_retry), 0)::BIGINT AS retry_calls,
    sum(input_tokens)::BIGINT AS input_tokens,
    sum(output_tokens)::BIGINT AS output_tokens,
    CASE
        WHEN bool_and(list_cost IS NOT NULL OR input_tokens + output_tokens = 0) THEN coalesce(sum(list_cost), 0)
    END::DECIMAL(38,15) AS list_cost,
    coalesce(sum(list_cost) FILTER (WHERE is_retry), 0)::DECIMAL(38,15) AS retry_cost,
    string_agg(DISTINCT model, ', ' ORDER BY model) AS models
FROM marked
GROUP BY request
ORDER BY first_at_utc, request
