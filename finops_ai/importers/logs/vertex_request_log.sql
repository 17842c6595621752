-- importer: vertex_request_log
-- title: Google Vertex AI, request-response log in BigQuery
-- tested on: documentation
-- feeds: token_usage
-- reads: csv, parquet, jsonl, json
-- recognised by: logging_time, request_id, full_response
-- optional: endpoint, model, model_version, api_method, metadata, full_request, otel_log, sampling_rate
-- identity: row
-- on repeat: keep
-- records: []
-- quirks: Rows of the BigQuery table that request-response logging fills, exported as JSON Lines, CSV or Parquet.
-- quirks: The log may be a sample, and its rows do not say so. A sampling_rate below 1 (a column of yours, or in metadata) is said in quality; never compare a sampled log with a bill.
-- quirks: Gemini: cached tokens are inside promptTokenCount, thinking is outside candidatesTokenCount; tool results count as input.
-- quirks: Claude on Vertex is logged with Anthropic's usage, where cached tokens are outside input_tokens.
-- quirks: The model is the one that answered; a failed call has no answer and no tokens.
WITH answered AS (
    SELECT
        *,
        CASE WHEN starts_with(ltrim(full_response), '[')
            THEN vertex_merged(as_json(full_response)) ELSE object_or_empty(as_json(full_response))
        END AS answer_json,
        object_or_empty(as_json(metadata)) AS meta,
        object_or_empty(as_json(full_request)) AS asked
    FROM raw
),

found AS (
    SELECT
        *,
        json_extract_string(answer_json, [
            '$.usageMetadata.promptTokenCount', '$.usageMetadata.cachedContentTokenCount',
            '$.usageMetadata.candidatesTokenCount', '$.usageMetadata.thoughtsTokenCount',
            '$.usageMetadata.toolUsePromptTokenCount', '$.usageMetadata.totalTokenCount',
            '$.usageMetadata.trafficType', '$.modelVersion', '$.responseId', '$.usage.input_tokens',
            '$.usage.cache_read_input_tokens', '$.usage.cache_creation_input_tokens',
            '$.usage.cache_creation.ephemeral_5m_input_tokens', '$.usage.cache_creation.ephemeral_1h_input_tokens',
            '$.usage.output_tokens', '$.usage.server_tool_use.web_search_requests', '$.model', '$.id', '$.error'
        ]) AS a,
        vertex_modality(answer_json, 'promptTokensDetails', 'AUDIO') AS audio_text,
        vertex_modality(answer_json, 'cacheTokensDetails', 'AUDIO') AS cached_audio_text,
        vertex_modality(answer_json, 'candidatesTokensDetails', 'AUDIO') AS audio_out_text,
        coalesce(endpoint, json_extract_string(asked, '$.endpoint'), json_extract_string(asked, '$.model')) AS resource
    FROM answered
),

counted AS (
    SELECT
        *,
        a[10] IS NOT NULL OR a[15] IS NOT NULL AS is_claude,
        gateway_count(a[1]) + gateway_count(a[5]) AS prompt,
        gateway_count(coalesce(a[2], a[11])) AS cached,
        gateway_count(a[12]) AS written,
        gateway_count(a[13]) AS written_5m,
        gateway_count(a[14]) AS written_1h,
        gateway_count(a[4]) AS thoughts,
        greatest(gateway_count(audio_text) - gateway_count(cached_audio_text), 0) AS audio_in,
        gateway_count(audio_out_text) AS audio_out,
        gateway_count(coalesce(a[15], a[3])) + gateway_count(a[4]) AS written_out,
        as_count(a[6]) AS total
    FROM found
)

SELECT
    row_number,
    request_id AS source_key,
    gateway_utc(logging_time) AS at_utc,
    'google' AS provider,
    coalesce(
        a[8], a[17], CASE WHEN model <> '' THEN regexp_extract(model, '([^/]+)$', 1) END,
        nullif(regexp_extract(resource, 'models/([^/:]+)', 1), '')
    ) AS model_name,
    CASE
        WHEN a[7] ILIKE '%priority%' THEN 'priority'
        WHEN a[7] ILIKE '%flex%' THEN 'flex'
        WHEN a[7] ILIKE 'provisioned%' THEN 'provisioned'
        ELSE 'standard'
    END AS service_tier,
    CASE
        WHEN resource LIKE '%locations/global/%' THEN 'global'
        WHEN resource LIKE '%locations/%' THEN 'regional'
    END AS endpoint_scope,
    nullif(regexp_extract(resource, 'locations/([^/]+)', 1), '') AS region_id,
    CASE WHEN is_claude THEN gateway_count(a[10]) ELSE prompt - cached - audio_in END AS input_uncached_tokens,
    cached AS cache_read_tokens,
    CASE WHEN written_5m + written_1h <= written THEN written_5m ELSE 0 END AS cache_write_5m_tokens,
    CASE WHEN written_5m + written_1h <= written THEN written_1h ELSE 0 END AS cache_write_1h_tokens,
    CASE WHEN written_5m + written_1h <= written THEN written - written_5m - written_1h ELSE written END
        AS cache_write_tokens,
    audio_in AS input_audio_tokens,
    written_out - audio_out AS output_tokens,
    audio_out AS output_audio_tokens,
    thoughts AS reasoning_tokens,
    gateway_count(a[16]) AS web_search_calls,
    total AS source_total_tokens,
    CASE
        WHEN as_quantity(coalesce(sampling_rate, json_extract_string(meta, '$.sampling_rate'))) < 1 THEN 'sampled'
        WHEN NOT is_claude THEN gateway_quality(total, prompt + written_out)
    END AS quality,
    CASE WHEN a[19] IS NOT NULL OR answer_json = '{}' THEN 'failure' ELSE 'success' END AS status,
    gateway_ms(json_extract_string(meta, '$.request_latency')) AS latency_ms,
    CASE WHEN json_valid(otel_log) THEN json_extract_string(otel_log, '$.traceId') END AS trace_id,
    gateway_session(asked -> '$.labels') AS session_id,
    request_id,
    coalesce(a[9], a[18]) AS response_id,
    gateway_user(asked -> '$.labels') AS user_id,
    nullif(regexp_extract(resource, 'projects/([^/]+)', 1), '') AS project_id,
    gateway_tags(CAST(asked -> '$.labels' AS VARCHAR)) AS tags
FROM counted
