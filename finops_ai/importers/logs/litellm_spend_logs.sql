-- importer: litellm_spend_logs
-- title: LiteLLM, the rows of table LiteLLM_SpendLogs
-- tested on: files that the library wrote
-- feeds: token_usage
-- reads: jsonl, json, csv
-- source: litellm
-- recognised by: request_id, call_type, spend, startTime, prompt_tokens, completion_tokens
-- optional: litellm_call_id, metadata, total_tokens, model, custom_llm_provider, user, team_id, session_id, status, cache_hit, request_tags, request_duration_ms, end_user, api_base
-- identity: row
-- on repeat: keep
-- json: metadata
-- records: []
-- quirks: Rows of the table LiteLLM_SpendLogs. metadata is JSON inside a string; its usage_object holds the token detail.
-- quirks: A cache hit is a row of its own (request_id ends _cache_hit...): status cache_hit, spend 0.
-- quirks: litellm_call_id is the id shared with StandardLoggingPayload; batch and background cost rows keep their request_id.
WITH detail AS (
    SELECT
        *,
        json_extract_string(metadata, [
            '$.usage_object', '$.spend_logs_metadata', '$.user_api_key_alias', '$.user_api_key_project_id',
            '$.litellm_call_id', '$.additional_usage_values',
            '$.cost_breakdown.tool_usage_cost'
        ]) AS meta
    FROM raw
),

usage AS (
    SELECT *, litellm_usage(coalesce(meta[1], meta[6])) AS u
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
    CASE
        WHEN regexp_matches(request_id, '_(batch|background)_cost$') THEN request_id
        ELSE coalesce(litellm_call_id, meta[5], request_id)
    END AS source_key,
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
    as_count(request_duration_ms) AS latency_ms,
    session_id AS trace_id,
    session_id,
    request_id,
    CASE WHEN lower(cache_hit) IS DISTINCT FROM 'true' THEN request_id END AS response_id,
    "user" AS user_id,
    meta[3] AS api_key_id,
    meta[4] AS project_id,
    team_id,
    json_merge_patch(object_or_empty(meta[2]), tags_object(request_tags)) AS tags,
    as_money(spend) AS logged_cost,
    litellm_quality(u, meta[7], litellm_count(searches_text)) AS quality
FROM counted
