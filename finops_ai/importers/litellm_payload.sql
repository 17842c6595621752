-- importer: litellm_payload
-- feeds: token_usage
-- reads: jsonl
-- source: litellm
-- recognised by: id, call_type, custom_llm_provider, response_cost, startTime, metadata
-- optional: litellm_call_id, trace_id, session_id, status, cache_hit, model, response_time, prompt_tokens, completion_tokens, total_tokens, request_tags, end_user
-- identity: row
-- on repeat: keep
-- json: metadata
-- quirks: StandardLoggingPayload. prompt_tokens includes cached reads and cache writes, also for Anthropic.
-- quirks: startTime is epoch seconds in newer versions, text in older ones.
-- quirks: litellm_call_id is the id that SpendLogs shares: the same call in both logs counts once.
-- quirks: A gateway cache hit costs nothing upstream: status cache_hit, kept with its tokens.
WITH detail AS (
    SELECT
        *,
        json_extract_string(metadata, [
            '$.usage_object', '$.spend_logs_metadata', '$.user_api_key_alias', '$.user_api_key_project_id',
            '$.user_api_key_team_id', '$.user_api_key_user_id'
        ]) AS meta
    FROM raw
)

SELECT
    row_number,
    coalesce(litellm_call_id, id) AS source_key,
    as_epoch_utc("startTime") AS at_utc,
    litellm_provider(custom_llm_provider) AS provider,
    model AS model_name,
    litellm_tier(meta[1]) AS service_tier,
    litellm_input(meta[1], prompt_tokens) AS input_uncached_tokens,
    litellm_cache_read(meta[1]) AS cache_read_tokens,
    litellm_cache_write_5m(meta[1]) AS cache_write_5m_tokens,
    litellm_cache_write_1h(meta[1]) AS cache_write_1h_tokens,
    litellm_cache_write(meta[1]) AS cache_write_tokens,
    litellm_audio_input(meta[1]) AS input_audio_tokens,
    coalesce(as_count(completion_tokens), 0) - litellm_audio_output(meta[1]) AS output_tokens,
    litellm_audio_output(meta[1]) AS output_audio_tokens,
    litellm_reasoning(meta[1]) AS reasoning_tokens,
    litellm_web_search(meta[1]) AS web_search_calls,
    as_count(total_tokens) AS source_total_tokens,
    CASE WHEN lower(cache_hit) = 'true' THEN 'cache_hit' ELSE coalesce(status, 'success') END AS status,
    CAST(as_quantity(response_time) * 1000 AS BIGINT) AS latency_ms,
    trace_id,
    coalesce(nullif(session_id, ''), trace_id) AS session_id,
    id AS request_id,
    meta[6] AS user_id,
    meta[3] AS api_key_id,
    meta[4] AS project_id,
    meta[5] AS team_id,
    json_merge_patch(object_or_empty(meta[2]), tags_object(request_tags)) AS tags,
    as_money(response_cost) AS logged_cost
FROM detail
