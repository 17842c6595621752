-- importer: otlp_spans
-- title: OpenTelemetry spans of AI calls, OTLP JSON (OpenLLMetry, OpenInference, official libraries)
-- tested on: files that the libraries wrote
-- feeds: token_usage
-- reads: json, jsonl
-- source: otlp
-- recognised by: resourceSpans | resource_spans, traceId | trace_id, spanId | span_id
-- optional: parentSpanId | parent_span_id, name, startTimeUnixNano | start_time_unix_nano, endTimeUnixNano | end_time_unix_nano, attributes, status, resource, scope | instrumentationLibrary | instrumentation_library, resourceMetrics | resource_metrics, resourceLogs | resource_logs, instrumentationLibrarySpans
-- records: resourceSpans[].scopeSpans[].spans[] | resourceSpans[].instrumentationLibrarySpans[].spans[] | resource_spans[].scope_spans[].spans[]
-- ordered: yes
-- identity: row
-- on repeat: keep
-- quirks: Up to four spans carry the usage of one call. Those with usage on a span below them are left out, then one per trace and response id stands.
-- quirks: Two libraries that saw the same call without an id are told by the same parent, the same output and times that overlap.
-- quirks: A failed call has no usage and is a row of status failure. A span of an agent, a tool or a workflow is no call.
-- quirks: Sums of an agent that exceed the calls below it are not counted; the calls of that trace say so in quality.
-- quirks: Only where a service has no span of any call are its agents' sums taken, with grain bucket.
-- quirks: Input includes cache reads and writes: they are taken out, so that the token columns do not overlap.
-- quirks: Workflow, agent, session, user and tags are also taken from the spans above a call, the nearest first.
-- quirks: Ingest the files of one period together: a parent and its child in two runs cannot be told to be one call.
WITH RECURSIVE attributed AS (
    SELECT
        *,
        trace_attributes(attributes) AS pairs,
        list_transform(pairs, LAMBDA p: p."key") AS keys,
        json_extract_string(status, '$.code') AS status_code,
        json_extract_string(scope, '$.name') AS scope_name
    FROM raw
),

-- One row per span: texts by meaning, whatever the library calls them.
named AS (
    SELECT
        row_number, file_number, record_number, status_code, coalesce(scope_name, '') AS scope_name, pairs, resource,
        trace_hex("traceId") AS trace_id,
        trace_hex("spanId") AS span_id,
        trace_hex("parentSpanId") AS parent_id,
        "startTimeUnixNano" AS started_text,
        "endTimeUnixNano" AS ended_text,
        coalesce("resourceMetrics", "resourceLogs") IS NOT NULL AS is_other_signal,
        "instrumentationLibrarySpans" IS NOT NULL AS is_unopened,
        trace_first(pairs, keys, [
            'gen_ai.usage.input_tokens', 'gen_ai.usage.prompt_tokens', 'llm.token_count.prompt',
            'llm.usage.prompt_tokens', 'ai.usage.inputTokens', 'ai.usage.promptTokens', 'ai.prompt_tokens.used'
        ]) AS input_text,
        trace_first(pairs, keys, [
            'gen_ai.usage.output_tokens', 'gen_ai.usage.completion_tokens', 'llm.token_count.completion',
            'llm.usage.completion_tokens', 'ai.usage.outputTokens', 'ai.usage.completionTokens',
            'ai.completion_tokens.used'
        ]) AS output_text,
        trace_first(pairs, keys, [
            'gen_ai.usage.total_tokens', 'llm.usage.total_tokens', 'llm.token_count.total', 'ai.usage.totalTokens',
            'ai.total_tokens.used'
        ]) AS total_text,
        trace_first(pairs, keys, [
            'gen_ai.usage.cache_read.input_tokens', 'gen_ai.usage.cache_read_input_tokens',
            'gen_ai.usage.input_tokens.cached', 'llm.token_count.prompt_details.cache_read',
            'gen_ai.usage.details.cache_read_tokens', 'gen_ai.usage.details.cache_read_input_tokens',
            'gen_ai.usage.cached_input_tokens', 'llm.usage.cache_read_input_tokens', 'ai.usage.cachedInputTokens'
        ]) AS cached_text,
        trace_first(pairs, keys, [
            'gen_ai.usage.cache_write.input_tokens', 'gen_ai.usage.cache_creation.input_tokens',
            'gen_ai.usage.cache_creation_input_tokens', 'gen_ai.usage.cache_write_input_tokens',
            'gen_ai.usage.input_tokens.cache_write', 'llm.token_count.prompt_details.cache_write',
            'gen_ai.usage.details.cache_write_tokens', 'gen_ai.usage.details.cache_creation_input_tokens',
            'llm.usage.cache_creation_input_tokens'
        ]) AS written_text,
        trace_first(pairs, keys, ['anthropic.usage.cache_creation.ephemeral_5m_input_tokens']) AS written_5m_text,
        trace_first(pairs, keys, ['anthropic.usage.cache_creation.ephemeral_1h_input_tokens']) AS written_1h_text,
        trace_first(pairs, keys, [
            'gen_ai.usage.reasoning.output_tokens', 'gen_ai.usage.reasoning_tokens',
            'gen_ai.usage.output_tokens.reasoning', 'llm.token_count.completion_details.reasoning',
            'gen_ai.usage.details.reasoning_tokens', 'llm.usage.reasoning_tokens', 'ai.usage.reasoningTokens'
        ]) AS reasoning_text,
        trace_first(pairs, keys, [
            'gen_ai.usage.audio.input_tokens', 'llm.token_count.prompt_details.audio',
            'gen_ai.usage.details.input_audio_tokens'
        ]) AS audio_in_text,
        trace_first(pairs, keys, [
            'gen_ai.usage.audio.output_tokens', 'llm.token_count.completion_details.audio',
            'gen_ai.usage.details.output_audio_tokens'
        ]) AS audio_out_text,
        trace_first(pairs, keys, [
            'llm.cost.total', 'gen_ai.usage.cost', 'gen_ai.usage.total_cost', 'gen_ai.cost.total_cost', 'operation.cost'
        ]) AS cost_text,
        lower(trace_first(pairs, keys, ['gen_ai.operation.name'])) AS operation,
        upper(trace_first(pairs, keys, ['openinference.span.kind'])) AS inference_kind,
        trace_first(pairs, keys, ['traceloop.span.kind', 'gen_ai.span.kind']) AS traceloop_kind,
        trace_first(pairs, keys, ['llm.request.type']) AS request_type,
        trace_first(pairs, keys, ['gen_ai.response.id', 'ai.response.id', 'llm.response.id']) AS response_id,
        trace_first(pairs, keys, [
            'gen_ai.request.model', 'llm.request.model_name', 'llm.request.model', 'ai.model.id', 'llm.model_name',
            'embedding.model_name'
        ]) AS request_model,
        coalesce(
            trace_first(pairs, keys, [
                'gen_ai.response.model', 'llm.response.model_name', 'llm.response.model', 'ai.response.model',
                'llm.model_name', 'embedding.model_name'
            ]), request_model
        ) AS model,
        trace_first(pairs, keys, [
            'gen_ai.provider.name', 'llm.provider', 'gen_ai.system', 'llm.system', 'ai.model.provider', 'llm.vendor'
        ]) AS provider_text,
        trace_first(pairs, keys, ['server.address', 'gen_ai.openai.api_base', 'url.full', 'llm.openai.api_base']) AS host,
        trace_first(pairs, keys, [
            'openai.response.service_tier', 'gen_ai.openai.response.service_tier', 'gen_ai.response.service_tier',
            'anthropic.response.service_tier', 'openai.request.service_tier', 'gen_ai.openai.request.service_tier'
        ]) AS tier,
        trace_first(pairs, keys, ['gen_ai.workflow.name', 'traceloop.workflow.name']) AS workflow,
        trace_first(pairs, keys, ['gen_ai.agent.name', 'agent.name', 'agent_name', 'traceloop.agent.name']) AS agent,
        trace_first(pairs, keys, [
            'gen_ai.conversation.id', 'session.id', 'traceloop.association.properties.session_id',
            'traceloop.association.properties.conversation_id', 'langfuse.session.id', 'langsmith.trace.session_id',
            'ai.telemetry.metadata.sessionId'
        ]) AS session_id,
        trace_first(pairs, keys, [
            'user.id', 'enduser.id', 'traceloop.association.properties.user_id', 'langfuse.user.id', 'gen_ai.user',
            'gen_ai.openai.user', 'llm.user', 'ai.telemetry.metadata.userId'
        ]) AS user_id,
        trace_first(pairs, keys, ['error.type', 'exception.type']) AS error_type,
        trace_first(pairs, keys, ['metadata']) AS metadata
    FROM attributed
),

-- Records are laid out as the file has them; `place` orders spans the same in any file order.
span AS MATERIALIZED (
    SELECT
        * EXCLUDE (pairs, resource),
        file_number::HUGEINT * 1000000000000 + record_number AS place,
        coalesce(nullif(input_text, '0'), nullif(output_text, '0'), nullif(total_text, '0')) IS NOT NULL AS has_usage,
        coalesce(
            operation NOT IN (
                'chat', 'text_completion', 'generate_content', 'completion', 'embeddings', 'embedding', 'messages',
                'responses', 'rerank', 'generate', 'image_generation', 'speech', 'transcription'
            )
            AND operation NOT LIKE '%.dogenerate%' AND operation NOT LIKE '%.dostream%',
            inference_kind NOT IN ('LLM', 'EMBEDDING', 'RERANKER'),
            lower(traceloop_kind) IN ('workflow', 'task', 'agent', 'tool', 'chain', 'retriever')
        ) AS is_above_calls,
        NOT coalesce(is_above_calls, false) AND coalesce(
            operation, inference_kind, request_type,
            CASE WHEN lower(traceloop_kind) IN ('llm', 'generation') THEN 'llm' END
        ) IS NOT NULL AS is_call,
        CASE WHEN has_usage OR is_call THEN resource END AS resource,
        coalesce(try_cast(started_text AS HUGEINT), 0) AS started,
        coalesce(try_cast(ended_text AS HUGEINT), started) AS ended,
        coalesce(status_code IN ('2', 'STATUS_CODE_ERROR', 'ERROR') OR error_type IS NOT NULL, false) AS has_failed,
        trace_tag_pairs(pairs) AS own_tags
    FROM named
),

-- The same span exported twice is one span; `node` numbers it.
node AS MATERIALIZED (
    SELECT *
    FROM span
    WHERE trace_id IS NOT NULL AND span_id IS NOT NULL
    QUALIFY row_number() OVER (PARTITION BY trace_id, span_id ORDER BY place) = 1
),

link AS MATERIALIZED (
    SELECT child.place AS child, parent.place AS parent
    FROM node AS child
    INNER JOIN node AS parent ON child.trace_id = parent.trace_id AND child.parent_id = parent.span_id
    WHERE child.place <> parent.place
),

-- Every span that may be a call, and each span above it.
above AS (
    SELECT node.place AS call, link.parent AS ancestor, 1 AS level
    FROM node
    INNER JOIN link ON node.place = link.child
    WHERE node.has_usage OR node.is_call
    UNION ALL
    SELECT above.call, link.parent, above.level + 1
    FROM above
    INNER JOIN link ON above.ancestor = link.child
    WHERE above.level < 100
),

ancestry AS MATERIALIZED (SELECT call, ancestor, level FROM above),

below AS (
    SELECT
        ancestry.ancestor AS place,
        bool_or(node.has_usage AND NOT coalesce(node.is_above_calls, false)) AS has_usage_below,
        bool_or(node.has_usage) AS has_sum_below,
        bool_or(NOT coalesce(node.is_above_calls, false)) AS has_call_below
    FROM ancestry
    INNER JOIN node ON ancestry.call = node.place
    GROUP BY ancestry.ancestor
),

-- Services that show no call at all: what their agents add up to is all there is.
silent AS (
    SELECT resource
    FROM node
    WHERE has_usage OR is_call
    GROUP BY resource
    HAVING NOT bool_or(is_call OR NOT coalesce(is_above_calls, false))
),

judged AS (
    SELECT
        node.*,
        CASE
            WHEN NOT node.has_usage AND NOT node.is_call THEN 'no model call'
            WHEN node.is_above_calls AND silent.resource IS NULL THEN
                CASE
                    WHEN coalesce(below.has_call_below, false) THEN 'the sum of the calls below it'
                    ELSE 'a sum of calls that have no span of their own'
                END
            WHEN node.is_above_calls AND below.has_sum_below THEN 'the sum of the calls below it'
            WHEN node.has_usage AND below.has_usage_below THEN 'its usage is on a span below it'
            WHEN NOT node.has_usage AND below.has_call_below THEN 'the call is a span below it'
        END AS passed_over
    FROM node
    LEFT JOIN below ON node.place = below.place
    LEFT JOIN silent ON node.resource IS NOT DISTINCT FROM silent.resource AND node.is_above_calls
),

-- A call without usage below one that has it is the same call.
covered AS (
    SELECT DISTINCT ancestry.call AS place
    FROM ancestry
    INNER JOIN judged AS upper ON ancestry.ancestor = upper.place
    WHERE upper.has_usage AND upper.passed_over IS NULL
),

leaf AS (
    SELECT judged.*
    FROM judged
    LEFT JOIN covered ON judged.place = covered.place
    WHERE judged.passed_over IS NULL AND (judged.has_usage OR covered.place IS NULL)
),

-- Spans of two libraries about one call: beside each other, with the same output, at the same time.
ranked AS (
    SELECT
        *,
        CASE WHEN has_usage THEN coalesce(output_text, '') || ' of usage' ELSE coalesce(request_model, '') END AS mark,
        row_number() OVER (PARTITION BY trace_id, parent_id, mark, scope_name ORDER BY started, span_id) AS nth
    FROM leaf
),

paired AS (
    SELECT
        *,
        CASE
            WHEN max(started) OVER pair <= min(ended) OVER pair
                AND coalesce(min(response_id) OVER pair = max(response_id) OVER pair, true)
                THEN coalesce(max(response_id) OVER pair, first_value(span_id) OVER (pair ORDER BY started, span_id))
            ELSE coalesce(response_id, span_id)
        END AS call_id
    FROM ranked
    WINDOW pair AS (PARTITION BY trace_id, parent_id, mark, nth)
),

-- One span stands for the call; what only another one of them says is taken from there.
told AS (
    SELECT
        *,
        first_value(span_id) OVER (one ORDER BY has_usage DESC, started, span_id) AS standing_span,
        max(trace_count(input_text)) OVER one AS input_any,
        max(trace_count(output_text)) OVER one AS output_any,
        max(trace_count(total_text)) OVER one AS total_any,
        coalesce(max(trace_count(cached_text)) OVER one, 0) AS cached,
        coalesce(max(trace_count(written_text)) OVER one, 0) AS written_all,
        coalesce(max(trace_count(written_5m_text)) OVER one, 0) AS written_5m,
        coalesce(max(trace_count(written_1h_text)) OVER one, 0) AS written_1h,
        coalesce(max(trace_count(reasoning_text)) OVER one, 0) AS reasoning_any,
        coalesce(max(trace_count(audio_in_text)) OVER one, 0) AS audio_in,
        coalesce(max(trace_count(audio_out_text)) OVER one, 0) AS audio_out,
        coalesce(nullif(cost_text, ''), max(nullif(cost_text, '')) OVER one) AS cost,
        max(response_id) OVER one AS known_response_id,
        max(tier) OVER one AS known_tier,
        coalesce(model, max(model) OVER one) AS known_model,
        coalesce(provider_text, max(provider_text) OVER one) AS known_provider,
        coalesce(host, max(host) OVER one) AS known_host
    FROM paired
    WINDOW one AS (PARTITION BY trace_id, call_id)
),

call AS MATERIALIZED (
    SELECT
        *,
        coalesce(input_any, total_any - coalesce(output_any, 0), 0) AS input_told,
        coalesce(output_any, total_any - input_any, 0) AS output_told,
        greatest(written_all, written_5m + written_1h) AS written,
        -- Libraries that leave the cache outside of the input: the sum of all gives them away.
        cached + written > 0 AND (
            cached + written > input_told
            OR coalesce(total_any = input_told + output_told + cached + written, false)
        ) AS is_exclusive,
        -- Gemini's own counts have the reasoning outside of the output.
        coalesce(reasoning_any > 0 AND total_any = input_told + output_told + reasoning_any, false) AS is_reasoning_apart,
        output_told + CASE WHEN is_reasoning_apart THEN reasoning_any ELSE 0 END AS output_all,
        input_told + CASE WHEN is_exclusive THEN cached + written ELSE 0 END AS input_all
    FROM told
    WHERE span_id = standing_span
),

-- Agents whose own sum is more than all calls below them: some calls have no spans.
counted_below AS (
    SELECT
        agent.place,
        agent.trace_id,
        coalesce(sum(call.input_all + call.output_all), 0)
            < coalesce(any_value(try_cast(agent.input_text AS BIGINT)), 0)
            + coalesce(any_value(try_cast(agent.output_text AS BIGINT)), 0) AS is_short
    FROM node AS agent
    LEFT JOIN ancestry ON agent.place = ancestry.ancestor
    LEFT JOIN call ON ancestry.call = call.place
    WHERE agent.has_usage AND agent.is_above_calls
    GROUP BY agent.place, agent.trace_id
),

short_trace AS (
    SELECT DISTINCT trace_id
    FROM counted_below
    WHERE is_short
),

-- What the spans above a call say of it; the nearest one wins.
context AS (
    SELECT
        ancestry.call AS place,
        arg_min(upper.workflow, ancestry.level) AS workflow,
        arg_min(upper.agent, ancestry.level) AS agent,
        arg_min(upper.session_id, ancestry.level) AS session_id,
        arg_min(upper.user_id, ancestry.level) AS user_id,
        string_agg(upper.metadata, chr(30) ORDER BY ancestry.level DESC) AS metadata
    FROM ancestry
    INNER JOIN node AS upper ON ancestry.ancestor = upper.place
    WHERE coalesce(upper.workflow, upper.agent, upper.session_id, upper.user_id, upper.metadata) IS NOT NULL
    GROUP BY ancestry.call
),

tag AS (
    SELECT place, 0 AS level, unnest(own_tags, recursive := true)
    FROM call
    UNION ALL
    SELECT ancestry.call, ancestry.level, unnest(upper.own_tags, recursive := true)
    FROM ancestry
    INNER JOIN node AS upper ON ancestry.ancestor = upper.place
    WHERE len(upper.own_tags) > 0
),

nearest_tag AS (
    SELECT place, "key", arg_min("value", level) AS "value"
    FROM tag
    GROUP BY place, "key"
),

tagged AS (
    SELECT place, to_json(map_from_entries(list({'key': "key", 'value': "value"} ORDER BY "key")))::VARCHAR AS tags
    FROM nearest_tag
    GROUP BY place
),

resourced AS (
    SELECT
        resource,
        trace_attributes(json_extract(resource, '$.attributes')::VARCHAR) AS pairs,
        list_extract(list_filter(pairs, LAMBDA p: p."key" = 'service.name'), 1)."value" AS service,
        coalesce(
            to_json(map_from_entries(list_distinct_keys(trace_tag_pairs(pairs))))::VARCHAR, '{}'
        ) AS resource_tags
    FROM (SELECT DISTINCT resource FROM call)
),

verdict AS (
    SELECT
        judged.place,
        judged.trace_id,
        judged.span_id,
        CASE
            WHEN judged.passed_over = 'the sum of the calls below it' AND counted_below.is_short
                THEN 'a sum that exceeds the calls below it'
            WHEN judged.passed_over IS NOT NULL THEN judged.passed_over
            WHEN NOT judged.has_usage AND covered.place IS NOT NULL THEN 'its usage is on a span above it'
            WHEN told.standing_span <> judged.span_id THEN 'the same call as another span'
        END AS because
    FROM judged
    LEFT JOIN covered ON judged.place = covered.place
    LEFT JOIN told ON judged.place = told.place
    LEFT JOIN counted_below ON judged.place = counted_below.place
)

SELECT
    span.row_number,
    CASE
        WHEN span.is_other_signal THEN 'metrics or logs, no span'
        -- Spans that could not be taken out of their list must not pass for none: they are rejected.
        WHEN span.is_unopened AND span.span_id IS NULL THEN NULL
        WHEN verdict.place IS NULL AND NOT span.has_usage AND NOT span.is_call THEN 'no model call'
        ELSE verdict.because
    END AS ignored_because,
    span.trace_id || '|' || coalesce(call.known_response_id, span.span_id) AS source_key,
    trace_nanos_utc(span.started_text) AS at_utc,
    CASE
        WHEN call.known_host ILIKE '%.azure.com%' THEN 'azure-openai'
        WHEN call.known_host ILIKE '%bedrock%.amazonaws.com%' THEN 'aws-bedrock'
        WHEN call.known_host ILIKE '%googleapis.com%' THEN 'google'
        ELSE coalesce(
            trace_provider_key(call.known_provider), trace_provider_of_model(call.known_model), 'unknown'
        )
    END AS provider,
    call.known_model AS model_name,
    trace_tier(call.known_tier) AS service_tier,
    google_scope(call.known_host) AS endpoint_scope,
    trace_typed(
        call.input_text, trace_rest(call.input_all, call.cached + call.written + call.audio_in)
    ) AS input_uncached_tokens,
    trace_typed(call.cached_text, coalesce(call.cached, 0)) AS cache_read_tokens,
    trace_typed(call.written_5m_text, coalesce(call.written_5m, 0)) AS cache_write_5m_tokens,
    trace_typed(call.written_1h_text, coalesce(call.written_1h, 0)) AS cache_write_1h_tokens,
    trace_typed(
        call.written_text, coalesce(call.written - call.written_5m - call.written_1h, 0)
    ) AS cache_write_tokens,
    trace_typed(call.audio_in_text, coalesce(call.audio_in, 0)) AS input_audio_tokens,
    trace_typed(call.output_text, trace_rest(call.output_all, call.audio_out)) AS output_tokens,
    trace_typed(call.audio_out_text, coalesce(call.audio_out, 0)) AS output_audio_tokens,
    trace_typed(call.reasoning_text, least(call.reasoning_any, call.output_all)) AS reasoning_tokens,
    trace_typed(call.total_text, call.total_any) AS source_total_tokens,
    CASE WHEN call.has_failed THEN 'failure' ELSE 'success' END AS status,
    CASE WHEN call.ended > call.started THEN ((call.ended - call.started) // 1000000)::BIGINT END AS latency_ms,
    span.trace_id,
    coalesce(span.session_id, context.session_id) AS session_id,
    span.span_id AS request_id,
    call.known_response_id AS response_id,
    coalesce(span.user_id, context.user_id) AS user_id,
    coalesce(span.workflow, context.workflow, span.agent, context.agent, resourced.service) AS workflow_hint,
    nullif(
        json_merge_patch(
            coalesce(resourced.resource_tags, '{}'),
            trace_metadata(context.metadata),
            coalesce(tagged.tags, '{}'),
            trace_metadata(span.metadata)
        )::VARCHAR, '{}'
    ) AS tags,
    CASE WHEN call.is_above_calls THEN 'bucket' ELSE 'call' END AS grain,
    CASE
        WHEN call.is_above_calls THEN 'the sum of an agent: its calls have no spans'
        WHEN short_trace.trace_id IS NOT NULL THEN 'agent total exceeds the calls below it'
        WHEN NOT call.has_failed AND NOT call.has_usage AND call.input_text IS NULL AND call.output_text IS NULL
            THEN 'no token counts'
        WHEN call.total_any <> call.input_all + call.output_all AND NOT call.is_exclusive
            THEN 'tokens do not add up to the source''s total'
    END AS quality,
    as_money(call.cost) AS logged_cost
FROM span
LEFT JOIN verdict ON span.trace_id = verdict.trace_id AND span.span_id = verdict.span_id
LEFT JOIN call ON verdict.place = call.place
LEFT JOIN context ON verdict.place = context.place
LEFT JOIN tagged ON verdict.place = tagged.place
LEFT JOIN resourced ON call.resource IS NOT DISTINCT FROM resourced.resource
LEFT JOIN short_trace ON call.trace_id = short_trace.trace_id
ORDER BY span.file_number, span.record_number
