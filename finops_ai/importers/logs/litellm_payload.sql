-- importer: litellm_payload
-- title: LiteLLM StandardLoggingPayload, as the S3 and GCS loggers write it
-- tested on: files that the library wrote
-- feeds: token_usage
-- reads: jsonl
-- source: litellm
-- recognised by: id, call_type, custom_llm_provider, response_cost, startTime, metadata
-- optional: litellm_call_id, trace_id, session_id, status, cache_hit, model, response_time, prompt_tokens, completion_tokens, total_tokens, request_tags, end_user, api_base, cost_breakdown
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
),

usage AS (
    SELECT *, litellm_usage(meta[1]) AS u
    FROM detail
),

-- Counts that are inside prompt_tokens or completion_tokens, as text: each is looked up once.
detailed AS (
    SELECT
        *,
        coalesce(u[1], u[2]) AS cached_text,
        coalesce(u[3], u[4]) AS written_5m_text,
        coalesce(u[5], u[6]) AS written_1h_text,
        coalesce(u[7], u[8], u[9]) AS written_text,
        u[10] AS audio_in_text,
        u[11] AS audio_out_text,
        u[12] AS reasoning_text,
        u[13] AS searches_text
    FROM usage
),

counted AS (
    SELECT
        *,
        litellm_count(prompt_tokens) AS prompt,
        litellm_count(cached_text) AS cached,
        litellm_count(written_5m_text) AS written_5m,
        litellm_count(written_1h_text) AS written_1h,
        litellm_count(written_text) AS written,
        litellm_count(audio_in_text) AS audio_in,
        litellm_count(audio_out_text) AS audio_out
    FROM detailed
)

SELECT
    row_number,
    coalesce(litellm_call_id, id) AS source_key,
    as_epoch_utc("startTime") AS at_utc,
    litellm_provider(custom_llm_provider) AS provider,
    model AS model_name,
    litellm_tier(u) AS service_tier,
    litellm_scope(custom_llm_provider, u, api_base) AS endpoint_scope,
    CASE WHEN litellm_provider(custom_llm_provider) = 'anthropic' THEN anthropic_region(u[16]) END AS region_id,
    litellm_input(prompt, cached + greatest(written, written_5m + written_1h) + audio_in) AS input_uncached_tokens,
    cached AS cache_read_tokens,
    written_5m AS cache_write_5m_tokens,
    written_1h AS cache_write_1h_tokens,
    greatest(written - written_5m - written_1h, 0) AS cache_write_tokens,
    audio_in AS input_audio_tokens,
    litellm_count(completion_tokens) - audio_out AS output_tokens,
    audio_out AS output_audio_tokens,
    litellm_count(reasoning_text) AS reasoning_tokens,
    litellm_count(searches_text) AS web_search_calls,
    as_count(total_tokens) AS source_total_tokens,
    CASE WHEN lower(cache_hit) = 'true' THEN 'cache_hit' ELSE coalesce(status, 'success') END AS status,
    CAST(as_quantity(response_time) * 1000 AS BIGINT) AS latency_ms,
    trace_id,
    coalesce(nullif(session_id, ''), trace_id) AS session_id,
    id AS request_id,
    CASE WHEN lower(cache_hit) IS DISTINCT FROM 'true' THEN id END AS response_id,
    meta[6] AS user_id,
    meta[3] AS api_key_id,
    meta[4] AS project_id,
    meta[5] AS team_id,
    json_merge_patch(object_or_empty(meta[2]), tags_object(request_tags)) AS tags,
    as_money(response_cost) AS logged_cost,
    litellm_quality(u, json_extract_string(object_or_empty(cost_breakdown), '$.tool_usage_cost'), litellm_count(searches_text)) AS quality
FROM counted
