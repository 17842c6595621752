-- importer: portkey
-- title: Portkey, exported logs
-- tested on: documentation
-- feeds: token_usage
-- reads: jsonl, json
-- recognised by: created_at | time_of_generation, ai_model, req_units, res_units
-- optional: id, trace_id, response | response.body, is_success, ai_org, total_units, cost, cost_currency, response_time, response_status_code, cache_status, prompt_slug, virtual_key, metadata
-- identity: row
-- on repeat: keep
-- records: []
-- quirks: The exported log files, JSON Lines. cost is in US cents, as Portkey documents it; in any other currency it is left out.
-- quirks: The export has no split of cached tokens. Where the answer's body was exported too, the split is read from its usage.
-- quirks: An answer from Portkey's own cache (cache_status HIT or SEMANTIC HIT) has status cache_hit.
-- quirks: Retries and fallbacks are records of their own with one trace_id.
WITH detail AS (
    SELECT
        *,
        object_or_empty(as_json(metadata)) AS labels,
        CASE WHEN json_valid(response) THEN json_extract_string(response, [
            '$.usage.prompt_tokens_details.cached_tokens', '$.usage.input_tokens_details.cached_tokens',
            '$.usage.cache_read_input_tokens', '$.usage.cache_creation_input_tokens', '$.usage.prompt_tokens',
            '$.usage.input_tokens', '$.usage.completion_tokens_details.reasoning_tokens',
            '$.usage.output_tokens_details.reasoning_tokens', '$.id',
            '$.usage.cache_creation.ephemeral_5m_input_tokens', '$.usage.cache_creation.ephemeral_1h_input_tokens',
            '$.usage.prompt_tokens_details.cache_write_tokens', '$.usage.input_tokens_details.cache_write_tokens'
        ]) END AS u
    FROM raw
),

counted AS (
    SELECT
        *,
        gateway_count(req_units) AS prompt,
        gateway_count(res_units) AS answer,
        as_count(total_units) AS total,
        coalesce(u[5], u[6]) IS NOT NULL AS is_split,
        gateway_count(coalesce(u[3], u[1], u[2])) AS cached,
        gateway_count(coalesce(u[4], u[12], u[13])) AS written,
        gateway_count(u[10]) AS written_5m,
        gateway_count(u[11]) AS written_1h,
        gateway_count(coalesce(u[7], u[8])) AS reasoning,
        as_count(coalesce(u[6], u[5])) AS body_prompt
    FROM detail
),

-- Anthropic's usage counts cached tokens beside the input, all others within.
bucketed AS (
    SELECT
        *,
        CASE
            WHEN NOT is_split THEN prompt
            WHEN coalesce(u[3], u[4]) IS NOT NULL OR body_prompt < cached + written THEN body_prompt
            ELSE body_prompt - cached - written
        END AS uncached,
        CASE WHEN is_split THEN cached ELSE 0 END AS read,
        CASE WHEN is_split THEN written ELSE 0 END AS wrote
    FROM counted
)

SELECT
    row_number,
    coalesce(
        id, 'row ' || md5(concat_ws('|', created_at, trace_id, ai_model, req_units, res_units, cost, response_time))
    ) AS source_key,
    gateway_utc(created_at) AS at_utc,
    gateway_provider(coalesce(nullif(ai_org, ''), gateway_model_provider(ai_model))) AS provider,
    nullif(ai_model, '') AS model_name,
    uncached AS input_uncached_tokens,
    read AS cache_read_tokens,
    CASE WHEN written_5m + written_1h <= wrote THEN written_5m ELSE 0 END AS cache_write_5m_tokens,
    CASE WHEN written_5m + written_1h <= wrote THEN written_1h ELSE 0 END AS cache_write_1h_tokens,
    CASE WHEN written_5m + written_1h <= wrote THEN wrote - written_5m - written_1h ELSE wrote END
        AS cache_write_tokens,
    answer AS output_tokens,
    reasoning AS reasoning_tokens,
    CASE WHEN NOT is_split OR total <> prompt + answer OR prompt = uncached + read + wrote THEN total END
        AS source_total_tokens,
    CASE
        WHEN NOT is_split AND prompt > 0 THEN 'no cache split'
        WHEN NOT is_split OR total <> prompt + answer OR prompt = uncached + read + wrote
            THEN gateway_quality(total, uncached + read + wrote + answer)
    END AS quality,
    CASE
        WHEN cache_status ILIKE '%hit' THEN 'cache_hit'
        WHEN is_success IS NOT NULL AND is_success <> ''
            THEN CASE WHEN gateway_true(is_success) THEN 'success' ELSE 'failure' END
        ELSE coalesce(gateway_http_status(response_status_code), 'success')
    END AS status,
    gateway_ms(response_time) AS latency_ms,
    coalesce(nullif(trace_id, ''), gateway_trace(labels)) AS trace_id,
    gateway_session(labels) AS session_id,
    id AS request_id,
    u[9] AS response_id,
    gateway_user(labels) AS user_id,
    nullif(virtual_key, '') AS api_key_id,
    gateway_tags(json_merge_patch(labels, gateway_tag('prompt_slug', prompt_slug))::VARCHAR) AS tags,
    CASE WHEN coalesce(upper(cost_currency), 'USD') IN ('USD', '') THEN as_cents(cost) END AS logged_cost
FROM bucketed
