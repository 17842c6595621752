-- The buckets of answers, and what a log of answers says: table macros, since several importers read the same.

-- The scope of an answer; other sellers of Claude have regions and names of their own.
CREATE OR REPLACE TEMP MACRO body_scope(geo, provider) AS CASE WHEN provider = 'anthropic' THEN anthropic_scope(geo) END;

-- `answers` names a relation with a column `f` (body_fields): each row with its usage, and its tokens as `t`.
CREATE OR REPLACE TEMP MACRO bodies_counted(answers) AS TABLE
WITH counts AS (
    SELECT
        *,
        body_usage(body_usage_json(f)) AS u
    FROM query_table(answers)
),

parts AS (
    SELECT
        *,
        body_parts(u) AS p
    FROM counts
),

wholes AS (
    SELECT
        *,
        body_whole(p) AS w
    FROM parts
)

SELECT
    * EXCLUDE (p, w),
    body_tokens(p, w) AS t
FROM wholes;

-- The rows of a log of answers: `records` names a relation with the columns that response_bodies.sql lists.
CREATE OR REPLACE TEMP MACRO bodies_logged(records) AS TABLE
WITH found AS (
    SELECT
        *,
        coalesce(
            starts_with(coalesce("usage", "usageMetadata", usage_metadata), '{') OR contains(meta, '"billed_units"'),
            false
        ) AS is_bare,
        coalesce(body, response, message) AS wrapped,
        row_number() OVER (PARTITION BY file_number ORDER BY record_number) AS place
    FROM query_table(records)
),

answers AS (
    SELECT
        *,
        NOT is_bare AND body_is_torn(wrapped) AS is_torn,
        CASE
            WHEN is_bare THEN [
                id, model, "modelVersion", "responseId", "usage", "usageMetadata", usage_metadata, meta,
                created, created_at, "createTime", provider, x_groq, service_tier, object, metrics,
                metadata, "user", time_info, prompt_filter_results, output, "ResponseMetadata", "serviceTier",
                model_version
            ]
            ELSE body_fields(body_json(wrapped))
        END AS f
    FROM found
),

tokens AS (
    SELECT
        *,
        coalesce(f[2], f[3], f[24], model, "modelId") AS answered_by
    FROM bodies_counted('answers')
)

SELECT
    row_number,
    CASE WHEN body_says_nothing(u) AND body_uncounted(f, u) IS NULL AND NOT is_torn THEN 'no usage in it' END AS ignored_because,
    coalesce(
        body_response_id(f), CASE WHEN NOT is_bare THEN id END, request_id,
        body_content_key(f, u, "timestamp", place)
    ) AS source_key,
    body_at(coalesce("timestamp", CASE WHEN NOT is_bare THEN coalesce(created_at, created) END), f) AS at_utc,
    body_provider(provider, f, u, answered_by) AS provider,
    answered_by AS model_name,
    body_tier(f, u) AS service_tier,
    body_scope(u[68], body_provider(provider, f, u, answered_by)) AS endpoint_scope,
    coalesce(anthropic_region(u[68]), region) AS region_id,
    t.input_uncached AS input_uncached_tokens,
    t.cache_read AS cache_read_tokens,
    t.cache_write_5m AS cache_write_5m_tokens,
    t.cache_write_1h AS cache_write_1h_tokens,
    t.cache_write AS cache_write_tokens,
    t.input_audio AS input_audio_tokens,
    t.output AS output_tokens,
    t.output_audio AS output_audio_tokens,
    t.reasoning AS reasoning_tokens,
    t.searches + body_searches(f) AS web_search_calls,
    t.source_total AS source_total_tokens,
    'success' AS status,
    coalesce(as_count(latency_ms), as_count(TRY(json_extract_string(f[16], '$.latencyMs')))) AS latency_ms,
    trace_id,
    session_id,
    request_id,
    "user" AS user_id,
    project AS project_id,
    team AS team_id,
    workflow AS workflow_hint,
    body_tags(CASE WHEN is_bare THEN NULL ELSE f[17] END, metadata, tags, custom_id, is_torn, wrapped) AS tags,
    body_money(u) AS logged_cost,
    body_response_id(f) AS response_id,
    body_quality(t.quality, f, u) AS quality
FROM tokens;

-- The rows of a batch's results: `answers` has f, own_key, own_time, said_provider, custom_id, request_id and
-- the reason why a request has no answer.
CREATE OR REPLACE TEMP MACRO bodies_batched(answers) AS TABLE
SELECT
    row_number,
    CASE WHEN body_says_nothing(u) AND body_uncounted(f, u) IS NULL AND NOT is_torn THEN unanswered_because END AS ignored_because,
    coalesce(body_response_id(f), own_key) AS source_key,
    body_at(own_time, f) AS at_utc,
    body_provider(said_provider, f, u, coalesce(f[2], f[3], f[24])) AS provider,
    coalesce(f[2], f[3], f[24]) AS model_name,
    'batch' AS service_tier,
    body_scope(u[68], body_provider(said_provider, f, u, coalesce(f[2], f[3], f[24]))) AS endpoint_scope,
    anthropic_region(u[68]) AS region_id,
    t.input_uncached AS input_uncached_tokens,
    t.cache_read AS cache_read_tokens,
    t.cache_write_5m AS cache_write_5m_tokens,
    t.cache_write_1h AS cache_write_1h_tokens,
    t.cache_write AS cache_write_tokens,
    t.input_audio AS input_audio_tokens,
    t.output AS output_tokens,
    t.output_audio AS output_audio_tokens,
    t.reasoning AS reasoning_tokens,
    t.searches + body_searches(f) AS web_search_calls,
    t.source_total AS source_total_tokens,
    'success' AS status,
    request_id,
    body_tags(f[17], NULL, NULL, custom_id, is_torn, wrapped) AS tags,
    body_money(u) AS logged_cost,
    body_response_id(f) AS response_id,
    body_quality(t.quality, f, u) AS quality
FROM bodies_counted(answers);
