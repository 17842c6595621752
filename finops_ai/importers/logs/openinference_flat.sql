-- importer: openinference_flat
-- title: Spans with flat attributes: Phoenix exports (dataframe, REST) and single OpenInference or GenAI attribute maps
-- tested on: files that others published (Arize-ai/openinference, Apache-2.0), and documentation
-- feeds: token_usage
-- reads: json, jsonl, csv, parquet
-- source: otlp
-- recognised by: openinference.span.kind | attributes.openinference.span.kind | gen_ai.operation.name | attributes.gen_ai.operation.name
-- optional: llm.token_count.prompt | attributes.llm.token_count.prompt | gen_ai.usage.input_tokens | attributes.gen_ai.usage.input_tokens | gen_ai.usage.prompt_tokens | attributes.gen_ai.usage.prompt_tokens, llm.token_count.completion | attributes.llm.token_count.completion | gen_ai.usage.output_tokens | attributes.gen_ai.usage.output_tokens | gen_ai.usage.completion_tokens | attributes.gen_ai.usage.completion_tokens, llm.token_count.total | attributes.llm.token_count.total | gen_ai.usage.total_tokens | attributes.gen_ai.usage.total_tokens | llm.usage.total_tokens | attributes.llm.usage.total_tokens, llm.token_count.prompt_details.cache_read | attributes.llm.token_count.prompt_details.cache_read | gen_ai.usage.cache_read.input_tokens | attributes.gen_ai.usage.cache_read.input_tokens | gen_ai.usage.cache_read_input_tokens | attributes.gen_ai.usage.cache_read_input_tokens, llm.token_count.prompt_details.cache_write | attributes.llm.token_count.prompt_details.cache_write | gen_ai.usage.cache_write.input_tokens | attributes.gen_ai.usage.cache_write.input_tokens | gen_ai.usage.cache_creation.input_tokens | attributes.gen_ai.usage.cache_creation.input_tokens | gen_ai.usage.cache_creation_input_tokens | attributes.gen_ai.usage.cache_creation_input_tokens, llm.token_count.prompt_details.audio | attributes.llm.token_count.prompt_details.audio | gen_ai.usage.audio.input_tokens | attributes.gen_ai.usage.audio.input_tokens, llm.token_count.completion_details.audio | attributes.llm.token_count.completion_details.audio | gen_ai.usage.audio.output_tokens | attributes.gen_ai.usage.audio.output_tokens, llm.token_count.completion_details.reasoning | attributes.llm.token_count.completion_details.reasoning | gen_ai.usage.reasoning.output_tokens | attributes.gen_ai.usage.reasoning.output_tokens | gen_ai.usage.reasoning_tokens | attributes.gen_ai.usage.reasoning_tokens, llm.cost.total | attributes.llm.cost.total | gen_ai.usage.cost | attributes.gen_ai.usage.cost, gen_ai.response.model | attributes.gen_ai.response.model | llm.response.model_name | attributes.llm.response.model_name | llm.model_name | attributes.llm.model_name | embedding.model_name | attributes.embedding.model_name | gen_ai.request.model | attributes.gen_ai.request.model | llm.request.model_name | attributes.llm.request.model_name, gen_ai.provider.name | attributes.gen_ai.provider.name | llm.provider | attributes.llm.provider | gen_ai.system | attributes.gen_ai.system | llm.system | attributes.llm.system, gen_ai.response.id | attributes.gen_ai.response.id, session.id | attributes.session.id | gen_ai.conversation.id | attributes.gen_ai.conversation.id, user.id | attributes.user.id | enduser.id | attributes.enduser.id, agent.name | attributes.agent.name | gen_ai.agent.name | attributes.gen_ai.agent.name, gen_ai.workflow.name | attributes.gen_ai.workflow.name | traceloop.workflow.name | attributes.traceloop.workflow.name, metadata | attributes.metadata, tag.tags | attributes.tag.tags, error.type | attributes.error.type, openai.response.service_tier | attributes.openai.response.service_tier | gen_ai.openai.response.service_tier | attributes.gen_ai.openai.response.service_tier, context.trace_id | trace_id | traceId, context.span_id | span_id | spanId, parent_id | parentId | parent_span_id, context, start_time | startTime, end_time | endTime, status_code | statusCode, attributes, name, status, resource
-- records: data[] | []
-- nulls: NaN, nan, None
-- ordered: yes
-- identity: row
-- on repeat: keep
-- quirks: Columns of a Phoenix dataframe (attributes.llm.token_count.prompt), spans of its REST API or of a console exporter (attributes as an object), or bare attribute maps.
-- quirks: Only spans of kind LLM and EMBEDDING (or of a GenAI call) count; one with such a span right below it is the same call.
-- quirks: Input includes cache reads and writes: they are taken out, so that the token columns do not overlap.
-- quirks: A bare map has neither a time nor an id: say --at. Without an id, maps with the same content at the same place of their files count once.
WITH attributed AS (
    SELECT
        *,
        json_extract_string(object_or_empty(attributes), [
            '$."openinference.span.kind"', '$.openinference.span.kind', '$."gen_ai.operation.name"',
            '$.gen_ai.operation.name', '$."llm.token_count.prompt"', '$.llm.token_count.prompt',
            '$."gen_ai.usage.input_tokens"', '$.gen_ai.usage.input_tokens', '$."gen_ai.usage.prompt_tokens"',
            '$.gen_ai.usage.prompt_tokens', '$."llm.token_count.completion"', '$.llm.token_count.completion',
            '$."gen_ai.usage.output_tokens"', '$.gen_ai.usage.output_tokens', '$."gen_ai.usage.completion_tokens"',
            '$.gen_ai.usage.completion_tokens', '$."llm.token_count.total"', '$.llm.token_count.total',
            '$."gen_ai.usage.total_tokens"', '$.gen_ai.usage.total_tokens', '$."llm.usage.total_tokens"',
            '$.llm.usage.total_tokens', '$."llm.token_count.prompt_details.cache_read"',
            '$.llm.token_count.prompt_details.cache_read', '$."gen_ai.usage.cache_read.input_tokens"',
            '$.gen_ai.usage.cache_read.input_tokens', '$."gen_ai.usage.cache_read_input_tokens"',
            '$.gen_ai.usage.cache_read_input_tokens', '$."llm.token_count.prompt_details.cache_write"',
            '$.llm.token_count.prompt_details.cache_write', '$."gen_ai.usage.cache_write.input_tokens"',
            '$.gen_ai.usage.cache_write.input_tokens', '$."gen_ai.usage.cache_creation.input_tokens"',
            '$.gen_ai.usage.cache_creation.input_tokens', '$."gen_ai.usage.cache_creation_input_tokens"',
            '$.gen_ai.usage.cache_creation_input_tokens', '$."llm.token_count.prompt_details.audio"',
            '$.llm.token_count.prompt_details.audio', '$."gen_ai.usage.audio.input_tokens"',
            '$.gen_ai.usage.audio.input_tokens', '$."llm.token_count.completion_details.audio"',
            '$.llm.token_count.completion_details.audio', '$."gen_ai.usage.audio.output_tokens"',
            '$.gen_ai.usage.audio.output_tokens', '$."llm.token_count.completion_details.reasoning"',
            '$.llm.token_count.completion_details.reasoning', '$."gen_ai.usage.reasoning.output_tokens"',
            '$.gen_ai.usage.reasoning.output_tokens', '$."gen_ai.usage.reasoning_tokens"',
            '$.gen_ai.usage.reasoning_tokens', '$."llm.cost.total"', '$.llm.cost.total', '$."gen_ai.usage.cost"',
            '$.gen_ai.usage.cost', '$."gen_ai.response.model"', '$.gen_ai.response.model',
            '$."llm.response.model_name"', '$.llm.response.model_name', '$."llm.model_name"', '$.llm.model_name',
            '$."embedding.model_name"', '$.embedding.model_name', '$."gen_ai.request.model"',
            '$.gen_ai.request.model', '$."llm.request.model_name"', '$.llm.request.model_name',
            '$."gen_ai.provider.name"', '$.gen_ai.provider.name', '$."llm.provider"', '$.llm.provider',
            '$."gen_ai.system"', '$.gen_ai.system', '$."llm.system"', '$.llm.system', '$."gen_ai.response.id"',
            '$.gen_ai.response.id', '$."session.id"', '$.session.id', '$."gen_ai.conversation.id"',
            '$.gen_ai.conversation.id', '$."user.id"', '$.user.id', '$."enduser.id"', '$.enduser.id',
            '$."agent.name"', '$.agent.name', '$."gen_ai.agent.name"', '$.gen_ai.agent.name',
            '$."gen_ai.workflow.name"', '$.gen_ai.workflow.name', '$."traceloop.workflow.name"',
            '$.traceloop.workflow.name', '$."metadata"', '$.metadata', '$."tag.tags"', '$.tag.tags',
            '$."error.type"', '$.error.type', '$."openai.response.service_tier"', '$.openai.response.service_tier',
            '$."gen_ai.openai.response.service_tier"', '$.gen_ai.openai.response.service_tier'
        ]) AS a,
        json_extract_string(object_or_empty(context), ['$.trace_id', '$.span_id']) AS ids
    FROM raw
),

named AS (
    SELECT
        row_number, file_number, record_number, name,
        trace_hex(coalesce("context.trace_id", ids[1])) AS trace_id,
        trace_hex(coalesce("context.span_id", ids[2])) AS span_id,
        trace_hex(nullif(parent_id, '')) AS parent,
        nullif(start_time, '') AS started,
        nullif(end_time, '') AS ended,
        upper(coalesce(nullif(status_code, ''), json_extract_string(object_or_empty(status), '$.status_code'))) AS status_code,
        trace_attributes(json_extract(object_or_empty(resource), '$.attributes')::VARCHAR) AS resource_pairs,
        upper(coalesce("openinference.span.kind", a[1], a[2], a[3], a[4])) AS kind,
        coalesce(nullif("llm.token_count.prompt", ''), list_filter(a[5:10], LAMBDA t: t <> '')[1]) AS input_text,
        coalesce(nullif("llm.token_count.completion", ''), list_filter(a[11:16], LAMBDA t: t <> '')[1]) AS output_text,
        coalesce(nullif("llm.token_count.total", ''), list_filter(a[17:22], LAMBDA t: t <> '')[1]) AS total_text,
        coalesce(nullif("llm.token_count.prompt_details.cache_read", ''), list_filter(a[23:28], LAMBDA t: t <> '')[1]) AS cached_text,
        coalesce(nullif("llm.token_count.prompt_details.cache_write", ''), list_filter(a[29:36], LAMBDA t: t <> '')[1]) AS written_text,
        coalesce(nullif("llm.token_count.prompt_details.audio", ''), list_filter(a[37:40], LAMBDA t: t <> '')[1]) AS audio_in_text,
        coalesce(nullif("llm.token_count.completion_details.audio", ''), list_filter(a[41:44], LAMBDA t: t <> '')[1]) AS audio_out_text,
        coalesce(nullif("llm.token_count.completion_details.reasoning", ''), list_filter(a[45:50], LAMBDA t: t <> '')[1]) AS reasoning_text,
        coalesce(nullif("llm.cost.total", ''), list_filter(a[51:54], LAMBDA t: t <> '')[1]) AS cost_text,
        coalesce(nullif("gen_ai.response.model", ''), list_filter(a[55:66], LAMBDA t: t <> '')[1]) AS model,
        coalesce(nullif("gen_ai.provider.name", ''), list_filter(a[67:74], LAMBDA t: t <> '')[1]) AS provider_text,
        coalesce(nullif("gen_ai.response.id", ''), list_filter(a[75:76], LAMBDA t: t <> '')[1]) AS response_id,
        coalesce(nullif("session.id", ''), list_filter(a[77:80], LAMBDA t: t <> '')[1]) AS session_id,
        coalesce(nullif("user.id", ''), list_filter(a[81:84], LAMBDA t: t <> '')[1]) AS user_id,
        coalesce(nullif("agent.name", ''), list_filter(a[85:88], LAMBDA t: t <> '')[1]) AS agent,
        coalesce(nullif("gen_ai.workflow.name", ''), list_filter(a[89:92], LAMBDA t: t <> '')[1]) AS workflow,
        coalesce(nullif("metadata", ''), list_filter(a[93:94], LAMBDA t: t <> '')[1]) AS metadata_text,
        coalesce(nullif("tag.tags", ''), list_filter(a[95:96], LAMBDA t: t <> '')[1]) AS tag_list,
        coalesce(nullif("error.type", ''), list_filter(a[97:98], LAMBDA t: t <> '')[1]) AS error_type,
        coalesce(nullif("openai.response.service_tier", ''), list_filter(a[99:102], LAMBDA t: t <> '')[1]) AS tier,
        trace_attributes(object_or_empty(attributes)) AS pairs
    FROM attributed
),

span AS MATERIALIZED (
    SELECT
        *,
        kind IN (
            'LLM', 'EMBEDDING', 'RERANKER', 'CHAT', 'TEXT_COMPLETION', 'GENERATE_CONTENT', 'COMPLETION', 'EMBEDDINGS'
        ) AS is_call,
        coalesce(nullif(input_text, '0'), nullif(output_text, '0'), nullif(total_text, '0')) IS NOT NULL AS has_usage,
        coalesce(trace_count(cached_text), 0) AS cached,
        coalesce(trace_count(written_text), 0) AS written,
        coalesce(trace_count(audio_in_text), 0) AS audio_in,
        coalesce(trace_count(audio_out_text), 0) AS audio_out,
        trace_count(total_text) AS total,
        coalesce(trace_count(input_text), total - coalesce(trace_count(output_text), 0), 0) AS input_told,
        coalesce(trace_count(output_text), total - trace_count(input_text), 0) AS output_told,
        coalesce(trace_count(reasoning_text), 0) AS reasoning,
        -- Libraries that leave the cache outside of the input.
        cached + written > input_told OR cached + written > 0
            AND coalesce(total = input_told + output_told + cached + written, false) AS is_exclusive,
        input_told + CASE WHEN is_exclusive THEN cached + written ELSE 0 END AS input_all,
        status_code IN ('ERROR', '2', 'STATUS_CODE_ERROR') OR error_type IS NOT NULL AS has_failed,
        -- A map without any id is known by what it says and its place.
        coalesce(
            coalesce(trace_id, '') || '|' || coalesce(response_id, span_id),
            md5(concat_ws(
                '|', kind, name, started, model, input_text, output_text, total_text, cached_text, session_id, user_id,
                metadata_text
            )) || '#' || record_number
        ) AS key
    FROM named
),

above AS (
    SELECT DISTINCT trace_id, parent, bool_or(has_usage) AS has_usage_below
    FROM span
    WHERE is_call AND parent IS NOT NULL
    GROUP BY trace_id, parent
),

below AS (
    SELECT child.trace_id, child.span_id
    FROM span AS child
    INNER JOIN span AS upper ON child.trace_id = upper.trace_id AND child.parent = upper.span_id
    WHERE child.is_call AND NOT child.has_usage AND upper.is_call AND upper.has_usage
    GROUP BY ALL
)

SELECT
    span.row_number,
    CASE
        WHEN NOT coalesce(span.is_call, span.has_usage) THEN 'no model call'
        WHEN span.has_usage AND above.has_usage_below THEN 'its usage is on a span below it'
        WHEN NOT span.has_usage AND above.parent IS NOT NULL THEN 'the call is a span below it'
        WHEN below.span_id IS NOT NULL THEN 'its usage is on a span above it'
    END AS ignored_because,
    span.key AS source_key,
    coalesce(trace_epoch(span.started), stated_at_utc()) AS at_utc,
    coalesce(trace_provider_key(span.provider_text), trace_provider_of_model(span.model), 'unknown') AS provider,
    span.model AS model_name,
    trace_tier(span.tier) AS service_tier,
    trace_typed(
        span.input_text, trace_rest(span.input_all, span.cached + span.written + span.audio_in)
    ) AS input_uncached_tokens,
    trace_typed(span.cached_text, span.cached) AS cache_read_tokens,
    trace_typed(span.written_text, span.written) AS cache_write_tokens,
    trace_typed(span.audio_in_text, span.audio_in) AS input_audio_tokens,
    trace_typed(span.output_text, trace_rest(span.output_told, span.audio_out)) AS output_tokens,
    trace_typed(span.audio_out_text, span.audio_out) AS output_audio_tokens,
    trace_typed(span.reasoning_text, least(span.reasoning, span.output_told)) AS reasoning_tokens,
    trace_typed(span.total_text, span.total) AS source_total_tokens,
    CASE WHEN span.has_failed THEN 'failure' ELSE 'success' END AS status,
    trace_ms(trace_epoch(span.started), trace_epoch(span.ended)) AS latency_ms,
    span.trace_id,
    span.session_id,
    span.span_id AS request_id,
    span.response_id,
    span.user_id,
    coalesce(
        span.workflow, span.agent,
        list_filter(span.resource_pairs, LAMBDA p: p."key" = 'service.name')[1]."value"
    ) AS workflow_hint,
    trace_object(
        json_merge_patch(
            trace_plain(trace_tag_pairs(span.resource_pairs)),
            trace_plain(trace_tag_pairs(span.pairs)),
            object_or_empty(span.metadata_text),
            tags_object(span.tag_list)
        )
    ) AS tags,
    CASE
        WHEN NOT span.has_usage AND span.input_text IS NULL AND NOT span.has_failed THEN 'no token counts'
        WHEN span.total <> span.input_all + span.output_told AND NOT span.is_exclusive
            THEN 'tokens do not add up to the source''s total'
    END AS quality,
    as_money(span.cost_text) AS logged_cost
FROM span
LEFT JOIN above ON span.trace_id = above.trace_id AND span.span_id = above.parent
LEFT JOIN below ON span.trace_id = below.trace_id AND span.span_id = below.span_id
ORDER BY span.file_number, span.record_number
