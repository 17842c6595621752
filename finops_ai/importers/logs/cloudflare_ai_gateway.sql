-- importer: cloudflare_ai_gateway
-- title: Cloudflare AI Gateway, logs as the API lists them
-- tested on: documentation
-- feeds: token_usage
-- reads: json, jsonl, csv
-- recognised by: created_at, tokens_in, tokens_out, cached, provider
-- optional: id, model, duration, success, status_code, step, cost, metadata, event_id, request_type
-- identity: row
-- on repeat: latest
-- records: result[]
-- quirks: Pages of GET /ai-gateway/gateways/{id}/logs, or their records one a line.
-- quirks: cached means that Cloudflare answered from its own cache: status cache_hit. tokens_in is not split by the provider's prompt cache.
-- quirks: cost is Cloudflare's estimate from tokens, without the discount for cached ones.
-- quirks: step above 0 is a fallback: another record of the same request, kept in tags as step.
-- quirks: Logpush (ai_gateway_events) writes neither tokens nor times in plain text, so its files are not read.
WITH record AS (
    SELECT
        *,
        object_or_empty(as_json(metadata)) AS labels,
        gateway_count(tokens_in) AS prompt,
        gateway_count(tokens_out) AS answer
    FROM raw
)

SELECT
    row_number,
    id AS source_key,
    gateway_utc(created_at) AS at_utc,
    CASE
        WHEN provider IN ('compat', 'universal', 'dynamic', 'custom')
            THEN coalesce(gateway_model_provider(model), gateway_provider(provider))
        ELSE gateway_provider(provider)
    END AS provider,
    nullif(model, '') AS model_name,
    prompt AS input_uncached_tokens,
    answer AS output_tokens,
    CASE WHEN prompt > 0 THEN 'no cache split' END AS quality,
    CASE
        WHEN gateway_true(cached) THEN 'cache_hit'
        WHEN success IS NOT NULL AND success <> ''
            THEN CASE WHEN gateway_true(success) THEN 'success' ELSE 'failure' END
        ELSE coalesce(gateway_http_status(status_code), 'success')
    END AS status,
    gateway_ms(duration) AS latency_ms,
    coalesce(event_id, gateway_trace(labels)) AS trace_id,
    gateway_session(labels) AS session_id,
    id AS request_id,
    gateway_user(labels) AS user_id,
    gateway_tags(
        json_merge_patch(labels, gateway_tag('step', CASE WHEN as_count(step) > 0 THEN step END))::VARCHAR
    ) AS tags,
    as_money(cost) AS logged_cost
FROM record
