-- importer: openai_usage_csv
-- title: OpenAI, the dashboard's usage export
-- tested on: documentation
-- feeds: token_usage
-- reads: csv
-- source: openai_usage
-- recognised by: start_time, end_time, start_time_iso, end_time_iso
-- optional: project_id, user_id, user_email, api_key_id, model, batch, service_tier, api_source, input_tokens, output_tokens, input_cached_tokens, input_cache_write_tokens, input_cache_write_12h_tokens, input_uncached_tokens, input_audio_tokens, output_audio_tokens, images, size, source, characters, seconds, num_model_requests, num_requests, context_level
-- identity: row
-- on repeat: latest
-- ordered: yes
-- quirks: A row is a time bucket of many calls. Buckets of an unfinished day grow: import them again and the later figures count.
-- quirks: A time without calls has only its times, and an export without any has no other columns: such records are ignored.
-- quirks: The export splits some rows by what it does not print: rows with equal names are counted one by one, by their order.
-- quirks: input_tokens includes cached, cache-write and audio tokens: they are taken out, so that the columns do not overlap.
-- quirks: Import either this export or the answers of the usage API for one time: they cut the same calls differently.
WITH counted AS (
    SELECT
        *,
        CASE
            WHEN images IS NOT NULL THEN 'images'
            WHEN characters IS NOT NULL THEN 'audio_speeches'
            WHEN seconds IS NOT NULL THEN 'audio_transcriptions'
            WHEN input_tokens IS NOT NULL AND output_tokens IS NULL THEN 'embeddings'
            WHEN input_tokens IS NULL AND num_requests IS NOT NULL AND num_model_requests IS NOT NULL THEN 'web_searches'
            ELSE 'completions'
        END AS kind,
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
        greatest(out - audio_out, 0) AS out_text,
        -- By the text itself: a bad value in another record must not change this one's number.
        row_number() OVER (
            PARTITION BY
                file_number, kind, start_time, end_time, project_id, user_id, api_key_id, model, lower(batch),
                service_tier, api_source, size, source, context_level
            ORDER BY record_number
        ) AS occurrence,
        concat_ws(
            '|', kind, CAST(as_epoch_utc(start_time) AS VARCHAR), CAST(as_epoch_utc(end_time) AS VARCHAR),
            coalesce(project_id, ''), coalesce(user_id, ''), coalesce(api_key_id, ''), coalesce(model, ''),
            coalesce(lower(batch), ''), coalesce(service_tier, ''), coalesce(api_source, ''), coalesce(size, ''),
            coalesce(source, ''), coalesce(context_level, '')
        ) AS dimensions
    FROM counted
)

SELECT
    row_number,
    CASE
        WHEN num_model_requests IS NULL AND input_tokens IS NULL AND output_tokens IS NULL
            THEN 'a time without model calls'
    END AS ignored_because,
    numbered_key(dimensions, occurrence) AS source_key,
    as_epoch_utc(start_time) AS at_utc,
    'openai' AS provider,
    model AS model_name,
    openai_tier(batch, service_tier) AS service_tier,
    'bucket' AS grain,
    CASE kind WHEN 'web_searches' THEN 0 ELSE count_or_0(num_model_requests) END AS calls,
    uncached AS input_uncached_tokens,
    cached AS cache_read_tokens,
    written AS cache_write_tokens,
    audio_in AS input_audio_tokens,
    out_text AS output_tokens,
    audio_out AS output_audio_tokens,
    CASE kind WHEN 'web_searches' THEN as_count(num_requests) ELSE 0 END AS web_search_calls,
    total AS source_total_tokens,
    CASE
        WHEN num_model_requests IS NULL THEN 'no call count'
        ELSE openai_usage_quality(
            kind, total, uncached + cached + written + audio_in + out_text + audio_out,
            count_or_0(input_cache_write_12h_tokens)
        )
    END AS quality,
    coalesce(user_email, user_id) AS user_id,
    api_key_id,
    project_id,
    filled_members(
        json_object('api_source', api_source, 'size', size, 'source', source, 'context_level', context_level)
    ) AS tags
FROM split
ORDER BY file_number, record_number
