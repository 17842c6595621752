-- importer: openai_usage_api
-- title: OpenAI, answers of GET /v1/organization/usage/...
-- tested on: synthetic files that others published
-- feeds: token_usage
-- reads: json
-- source: openai_usage
-- recognised by: start_time, end_time, num_model_requests | num_sessions | num_requests | usage_bytes
-- optional: object, project_id, user_id, api_key_id, model, batch, service_tier, api_source, input_tokens, output_tokens, input_cached_tokens, input_cache_write_tokens, input_cache_write_12h_tokens, input_uncached_tokens, input_audio_tokens, output_audio_tokens, images, size, source, characters, seconds, num_model_requests, num_requests, num_sessions, usage_bytes, context_level, vector_store_id
-- identity: row
-- on repeat: latest
-- records: data[].results[]
-- quirks: A row is a time bucket of many calls. Buckets of an unfinished day grow: import them again and the later figures count.
-- quirks: input_tokens includes cached, cache-write and audio tokens: they are taken out, so that the columns do not overlap.
-- quirks: Ask for every bucket with the same group_by and width: another grouping gives other rows of the same calls, which would count again.
-- quirks: Images, speech and transcriptions have calls without tokens. Vector stores, file searches and code interpreter sessions are no model calls: such records are ignored.
-- quirks: Web searches are counted as searches; the model requests around them stand among the completions.
WITH counted AS (
    SELECT
        *,
        openai_usage_kind(object) AS kind,
        count_or_0(input_cached_tokens) AS cached,
        count_or_0(input_cache_write_tokens) + count_or_0(input_cache_write_12h_tokens) AS written,
        count_or_0(input_audio_tokens) AS audio_in,
        count_or_0(output_audio_tokens) AS audio_out,
        count_or_0(output_tokens) AS out,
        as_count(input_tokens) + count_or_0(output_tokens) AS total
    FROM raw
),

split AS (
    SELECT
        *,
        greatest(openai_uncached(input_uncached_tokens, input_tokens, cached + written) - audio_in, 0) AS uncached,
        greatest(out - audio_out, 0) AS out_text
    FROM counted
)

SELECT
    row_number,
    CASE kind
        WHEN 'vector_stores' THEN 'stored bytes, no model calls'
        WHEN 'code_interpreter_sessions' THEN 'sessions, no model calls'
        WHEN 'file_searches' THEN 'file searches, no model calls'
    END AS ignored_because,
    concat_ws(
        '|', kind, CAST(as_epoch_utc(start_time) AS VARCHAR), CAST(as_epoch_utc(end_time) AS VARCHAR),
        coalesce(project_id, ''), coalesce(user_id, ''), coalesce(api_key_id, ''), coalesce(model, ''),
        coalesce(lower(batch), ''), coalesce(service_tier, ''), coalesce(api_source, ''), coalesce(size, ''),
        coalesce(source, ''), coalesce(context_level, '')
    ) AS source_key,
    as_epoch_utc(start_time) AS at_utc,
    'openai' AS provider,
    model AS model_name,
    openai_tier(batch, service_tier) AS service_tier,
    'bucket' AS grain,
    CASE kind WHEN 'web_searches' THEN 0 ELSE as_count(num_model_requests) END AS calls,
    uncached AS input_uncached_tokens,
    cached AS cache_read_tokens,
    written AS cache_write_tokens,
    audio_in AS input_audio_tokens,
    out_text AS output_tokens,
    audio_out AS output_audio_tokens,
    CASE kind WHEN 'web_searches' THEN count_or_0(num_requests) ELSE 0 END AS web_search_calls,
    total AS source_total_tokens,
    openai_usage_quality(
        kind, total, uncached + cached + written + audio_in + out_text + audio_out,
        count_or_0(input_cache_write_12h_tokens)
    ) AS quality,
    user_id,
    api_key_id,
    project_id,
    filled_members(
        json_object('api_source', api_source, 'size', size, 'source', source, 'context_level', context_level)
    ) AS tags
FROM split
