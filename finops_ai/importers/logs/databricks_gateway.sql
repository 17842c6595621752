-- importer: databricks_gateway
-- title: Databricks, usage and inference tables of model serving and the AI gateway
-- tested on: documentation
-- feeds: token_usage
-- reads: csv, parquet, jsonl, json
-- recognised by: databricks_request_id | request_id, request_time | event_time | timestamp_ms, token_details | input_token_count | destination_model | served_entity_id | sampling_fraction | execution_time_ms | execution_duration_ms
-- optional: invocation_id, client_request_id, workspace_id, requester, status_code, input_tokens | input_token_count, output_tokens | output_token_count, total_tokens, usage_context, request_tags, request_metadata, served_entity_id, destination_model | entity_name | served_entity_name, destination_type, service_type, endpoint_name, latency_ms | execution_duration_ms | execution_time_ms, sampling_fraction, response, user_agent
-- identity: row
-- on repeat: keep
-- nulls: null
-- records: []
-- quirks: Query results or exports of system.serving.endpoint_usage, of system.ai_gateway.usage, and of inference tables. The first two are fed by different routes: a call stands in one of them.
-- quirks: endpoint_usage names neither the model nor cached tokens: join system.serving.served_entities for entity_name; served_entity_id stands in tags.
-- quirks: A request that fell back to another model has several rows in ai_gateway.usage: invocation_id is the id there.
-- quirks: ai_gateway.usage has cached tokens in token_details. Whether input_tokens holds them is not documented: outside where total_tokens or the figures show it, else inside.
-- quirks: An inference table holds token counts in the logged answer only; sampling_fraction below 1 is said in quality.
-- quirks: Calls of hosted models are billed by Databricks (provider databricks), those of external models by the provider that the model's name speaks of.
WITH detail AS (
    SELECT
        *,
        json_extract_string(object_or_empty(token_details), [
            '$.cache_read_input_tokens', '$.cache_creation_input_tokens', '$.output_reasoning_tokens'
        ]) AS d,
        CASE WHEN json_valid(response) THEN json_extract_string(response, [
            '$.usage.prompt_tokens', '$.usage.input_tokens', '$.usage.completion_tokens', '$.usage.output_tokens',
            '$.usage.total_tokens', '$.usage.prompt_tokens_details.cached_tokens', '$.usage.cache_read_input_tokens',
            '$.usage.cache_creation_input_tokens', '$.usage.completion_tokens_details.reasoning_tokens', '$.model',
            '$.id'
        ]) END AS r,
        json_merge_patch(
            object_or_empty(request_metadata), object_or_empty(usage_context), object_or_empty(request_tags)
        )::VARCHAR AS labels
    FROM raw
),

counted AS (
    SELECT
        *,
        gateway_count(coalesce(input_tokens, r[1], r[2])) AS prompt,
        gateway_count(coalesce(output_tokens, r[3], r[4])) AS answer,
        as_count(coalesce(total_tokens, r[5])) AS total,
        gateway_count(coalesce(d[1], r[6], r[7])) AS cached,
        gateway_count(coalesce(d[2], r[8])) AS written,
        gateway_count(coalesce(d[3], r[9])) AS reasoning,
        coalesce(d[1], d[2], r[6], r[7], r[1], r[2]) IS NOT NULL AS is_split,
        coalesce(nullif(destination_model, ''), r[10]) AS model
    FROM detail
),

told AS (
    SELECT
        *,
        gateway_outside(total, prompt, answer, cached + written)
        OR (r[1] IS NULL AND r[2] IS NOT NULL AND coalesce(r[7], r[8]) IS NOT NULL) AS cache_outside
    FROM counted
),

bucketed AS (
    SELECT *, prompt - CASE WHEN cache_outside THEN 0 ELSE cached + written END AS uncached
    FROM told
)

SELECT
    row_number,
    CASE WHEN service_type ILIKE '%mcp%' THEN 'no model call' END AS ignored_because,
    coalesce(nullif(invocation_id, ''), databricks_request_id) AS source_key,
    gateway_utc(request_time) AS at_utc,
    CASE
        WHEN destination_type ILIKE '%external%' THEN coalesce(gateway_model_provider(model), 'unknown')
        ELSE 'databricks'
    END AS provider,
    model AS model_name,
    uncached AS input_uncached_tokens,
    cached AS cache_read_tokens,
    written AS cache_write_tokens,
    answer AS output_tokens,
    reasoning AS reasoning_tokens,
    CASE WHEN NOT cache_outside OR total <> prompt + answer THEN total END AS source_total_tokens,
    CASE
        WHEN as_quantity(sampling_fraction) < 1 THEN 'sampled'
        WHEN NOT is_split AND prompt > 0 THEN 'no cache split'
        WHEN NOT cache_outside OR total <> prompt + answer
            THEN gateway_quality(total, uncached + cached + written + answer)
    END AS quality,
    coalesce(gateway_http_status(status_code), 'success') AS status,
    gateway_ms(latency_ms) AS latency_ms,
    gateway_trace(labels) AS trace_id,
    gateway_session(labels) AS session_id,
    coalesce(nullif(client_request_id, ''), databricks_request_id) AS request_id,
    r[11] AS response_id,
    nullif(requester, '') AS user_id,
    nullif(workspace_id, '') AS project_id,
    gateway_tags(
        json_merge_patch(
            labels, gateway_tag('endpoint', endpoint_name), gateway_tag('served_entity_id', served_entity_id)
        )::VARCHAR
    ) AS tags
FROM bucketed
