-- importer: helicone
-- title: Helicone, requests as the export tool, the API or its ClickHouse table give them
-- tested on: documentation
-- feeds: token_usage
-- reads: json, jsonl, csv
-- recognised by: request_created_at | requestCreatedAt, prompt_tokens | promptTokens, completion_tokens | completionTokens, response_created_at | responseCreatedAt | response_status | responseStatus | target_url | targetUrl | delay_ms | delayMs
-- optional: request_id | requestId, response_id | responseId, response_status | responseStatus, status, organization_id, model | response_model | responseModel | request_model | requestModel | model_override | modelOverride, provider, target_url | targetUrl, total_tokens | totalTokens, reasoning_tokens | reasoningTokens, prompt_cache_read_tokens | promptCacheReadTokens, prompt_cache_write_tokens | promptCacheWriteTokens, prompt_audio_tokens | promptAudioTokens, completion_audio_tokens | completionAudioTokens, cost | costUSD | cost_usd, delay_ms | delayMs | latency, request_user_id | requestUserId | user_id | userId, properties | request_properties | requestProperties | customProperties, cache_reference_id | cacheReferenceId, prompt_id | promptId, response_body | responseBody
-- identity: row
-- on repeat: latest
-- records: data[]
-- quirks: Rows of the export tool (JSON, JSON Lines, CSV), answers of /v1/request/query-clickhouse, and dumps of request_response_rmt.
-- quirks: In a dump of the table cost is in billionths of a dollar, everywhere else in dollars.
-- quirks: cache_reference_id names the request whose answer Helicone served from its cache: status cache_hit. All zeros mean none.
-- quirks: Whether prompt_tokens holds cached tokens depends on provider and version. They are outside for Claude, where reasoning_tokens is printed (newer versions), and where total_tokens or a prompt smaller than its cache shows it; else inside.
-- quirks: The CSV of the export tool has neither cache columns nor the provider, which is read from the model's name.
WITH counted AS (
    SELECT
        *,
        object_or_empty(as_json(properties)) AS tags,
        gateway_count(prompt_tokens) AS prompt,
        gateway_count(completion_tokens) AS answer,
        gateway_count(reasoning_tokens) AS reasoning,
        gateway_count(prompt_cache_read_tokens) AS cached,
        gateway_count(prompt_cache_write_tokens) AS written,
        gateway_count(prompt_audio_tokens) AS audio_in,
        gateway_count(completion_audio_tokens) AS audio_out,
        as_count(total_tokens) AS total,
        reasoning_tokens IS NOT NULL AS is_newer,
        coalesce(nullif(provider, ''), gateway_model_provider(model)) AS vendor
    FROM raw
),

told AS (
    SELECT
        *,
        is_newer OR contains(lower(model), 'claude') OR gateway_outside(total, prompt, answer, cached + written)
        OR gateway_outside(total, prompt, answer + reasoning, cached + written) AS cache_outside,
        reasoning > 0 AND (total IS NULL OR total - prompt - answer - reasoning IN (0, cached + written))
            AS reasoning_outside
    FROM counted
),

bucketed AS (
    SELECT
        *,
        CASE
            WHEN cache_outside THEN prompt - CASE WHEN is_newer OR audio_in > prompt THEN 0 ELSE audio_in END
            ELSE prompt - cached - written - CASE
                WHEN is_newer OR audio_in > prompt - cached - written THEN 0 ELSE audio_in
            END
        END AS uncached,
        answer + CASE WHEN reasoning_outside THEN reasoning ELSE 0 END
        - CASE WHEN is_newer OR audio_out > answer THEN 0 ELSE audio_out END AS written_out
    FROM told
)

SELECT
    row_number,
    CASE WHEN starts_with(model, 'tool:') OR starts_with(model, 'vector_db:') THEN 'no model call' END
        AS ignored_because,
    coalesce(request_id, response_id) AS source_key,
    gateway_utc(request_created_at) AS at_utc,
    gateway_provider(vendor) AS provider,
    nullif(model, '') AS model_name,
    uncached AS input_uncached_tokens,
    cached AS cache_read_tokens,
    written AS cache_write_tokens,
    audio_in AS input_audio_tokens,
    written_out AS output_tokens,
    audio_out AS output_audio_tokens,
    reasoning AS reasoning_tokens,
    CASE WHEN cached + written = 0 OR total = prompt + answer + cached + written OR NOT cache_outside THEN total END
        AS source_total_tokens,
    CASE WHEN cached + written = 0 OR total = prompt + answer + cached + written OR NOT cache_outside
        THEN gateway_quality(total, uncached + cached + written + audio_in + written_out + audio_out) END AS quality,
    CASE
        WHEN cache_reference_id <> '' AND cache_reference_id <> '00000000-0000-0000-0000-000000000000' THEN 'cache_hit'
        ELSE coalesce(gateway_http_status(coalesce(response_status, status)), 'success')
    END AS status,
    gateway_ms(delay_ms) AS latency_ms,
    gateway_trace(tags) AS trace_id,
    coalesce(
        json_extract_string(tags, '$."Helicone-Session-Id"'), json_extract_string(tags, '$."helicone-session-id"'),
        gateway_session(tags)
    ) AS session_id,
    request_id,
    CASE WHEN json_valid(response_body) THEN json_extract_string(response_body, '$.id') END AS response_id,
    CASE WHEN request_user_id NOT IN ('', 'null', 'undefined') THEN request_user_id END AS user_id,
    gateway_tags(json_merge_patch(tags, gateway_tag('prompt_id', prompt_id))::VARCHAR) AS tags,
    CASE
        WHEN organization_id IS NOT NULL AND response_status IS NULL
            THEN CAST(CAST(as_money(cost) AS DECIMAL(24, 6)) * 0.000000001 AS DECIMAL(38, 15))
        ELSE as_money(cost)
    END AS logged_cost
FROM bucketed
