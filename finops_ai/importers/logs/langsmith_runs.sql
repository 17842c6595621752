-- importer: langsmith_runs
-- title: LangSmith runs, list_runs as JSON Lines or bulk export as Parquet
-- tested on: documentation
-- feeds: token_usage
-- reads: jsonl, json, parquet, csv
-- source: langsmith
-- The spellings behind id are those of openinference_flat, whose names may stand in the metadata of these records
-- recognised by: id | openinference.span.kind | attributes.openinference.span.kind | gen_ai.operation.name | attributes.gen_ai.operation.name, run_type, start_time, trace_id | dotted_order | parent_run_id
-- optional: dotted_order, parent_run_id, end_time, name, status, error, extra, outputs, tags, session_id, session_name, prompt_tokens | input_tokens, completion_tokens | output_tokens, total_tokens, prompt_token_details | input_token_details, completion_token_details | output_token_details, total_cost, prompt_cost, completion_cost
-- records: runs[] | []
-- ordered: yes
-- json: prompt_token_details, completion_token_details
-- identity: row
-- on repeat: latest
-- quirks: Runs above a call carry the sum of the calls below: only runs of type llm and embedding without such a run below them count.
-- quirks: prompt_tokens includes cache reads and writes, which are taken out. Costs are LangSmith's own estimate.
-- quirks: session_id is LangSmith's project; the conversation is session_id, thread_id or conversation_id of the metadata.
-- quirks: A run that has not ended yet is left out; export it again later.
WITH detail AS (
    SELECT
        *,
        json_extract_string(object_or_empty(extra), [
            '$.metadata.ls_provider', '$.metadata.ls_model_name', '$.invocation_params.model',
            '$.invocation_params.model_name', '$.metadata.session_id', '$.metadata.thread_id',
            '$.metadata.conversation_id', '$.metadata.user_id', '$.metadata', '$.metadata.workflow',
            '$.metadata.graph_id', '$.invocation_params.service_tier', '$.metadata.user', '$.invocation_params.inference_geo'
        ]) AS meta,
        -- Runs that the server did not count have their usage with the answer.
        CASE WHEN prompt_tokens IS NULL AND total_tokens IS NULL THEN json_extract_string(object_or_empty(outputs), [
            '$.usage_metadata.input_tokens', '$.usage_metadata.output_tokens', '$.usage_metadata.total_tokens',
            '$.llm_output.token_usage.prompt_tokens', '$.llm_output.token_usage.completion_tokens',
            '$.llm_output.token_usage.total_tokens', '$.usage.prompt_tokens', '$.usage.completion_tokens',
            '$.usage.total_tokens'
        ]) END AS answer,
        json_extract_string(object_or_empty(outputs), [
            '$.id', '$.llm_output.id', '$.generations[0][0].message.kwargs.response_metadata.id',
            '$.generations[0][0].message.kwargs.id'
        ]) AS ids,
        json_extract_string(coalesce(prompt_token_details, json_extract(object_or_empty(outputs), '$.usage_metadata.input_token_details')::VARCHAR, '{}'), [
            '$.cache_read', '$.cache_creation', '$.ephemeral_5m_input_tokens', '$.ephemeral_1h_input_tokens', '$.audio'
        ]) AS details_in,
        json_extract_string(coalesce(completion_token_details, json_extract(object_or_empty(outputs), '$.usage_metadata.output_token_details')::VARCHAR, '{}'), [
            '$.reasoning', '$.audio'
        ]) AS details_out,
        lower(run_type) IN ('llm', 'embedding') AS is_call
    FROM raw
),

run AS MATERIALIZED (
    SELECT
        * EXCLUDE (extra, outputs),
        coalesce(prompt_tokens, answer[1], answer[4], answer[7]) AS input_text,
        coalesce(completion_tokens, answer[2], answer[5], answer[8]) AS output_text,
        coalesce(total_tokens, answer[3], answer[6], answer[9]) AS total_text,
        coalesce(trace_count(details_in[1]), 0) AS cached,
        coalesce(trace_count(details_in[2]), 0) AS written_any,
        coalesce(trace_count(details_in[3]), 0) AS written_5m,
        coalesce(trace_count(details_in[4]), 0) AS written_1h,
        coalesce(trace_count(details_in[5]), 0) AS audio_in,
        coalesce(trace_count(details_out[1]), 0) AS reasoning,
        coalesce(trace_count(details_out[2]), 0) AS audio_out,
        CASE
            WHEN written_any >= written_5m + written_1h THEN written_any - written_5m - written_1h
            ELSE written_any
        END AS written,
        trace_count(total_text) AS total,
        coalesce(trace_count(input_text), total - trace_count(output_text), total, 0) AS input_told,
        coalesce(trace_count(output_text), total - trace_count(input_text), 0) AS output_told,
        nullif(error, '') IS NOT NULL OR lower(coalesce(status, '')) IN ('error', 'failed') AS has_failed
    FROM detail
),

-- Every run above a call that has tokens.
above AS (
    SELECT DISTINCT unnest(list_append(
        list_transform(string_split(coalesce(dotted_order, ''), '.')[:-2], LAMBDA step: right(step, 36)), parent_run_id
    )) AS id
    FROM run
    WHERE is_call AND input_told + output_told > 0
)

SELECT
    run.row_number,
    CASE
        WHEN NOT coalesce(run.is_call, true) THEN 'no model call'
        WHEN above.id IS NOT NULL THEN 'the sum of the calls below it'
        WHEN lower(run.status) = 'pending' AND nullif(run.end_time, '') IS NULL THEN 'it has not ended yet'
    END AS ignored_because,
    run.id AS source_key,
    trace_epoch(nullif(run.start_time, '')) AS at_utc,
    coalesce(
        trace_provider_key(run.meta[1]), trace_provider_of_model(coalesce(run.meta[2], run.meta[3], run.meta[4])), 'unknown'
    ) AS provider,
    coalesce(run.meta[2], run.meta[3], run.meta[4]) AS model_name,
    trace_tier(run.meta[12]) AS service_tier,
    CASE
        WHEN coalesce(
            trace_provider_key(run.meta[1]), trace_provider_of_model(coalesce(run.meta[2], run.meta[3], run.meta[4]))
        ) = 'anthropic' THEN anthropic_scope(run.meta[14])
    END AS endpoint_scope,
    trace_typed(
        run.input_text,
        trace_rest(run.input_told, run.cached + run.written + run.written_5m + run.written_1h + run.audio_in)
    ) AS input_uncached_tokens,
    trace_typed(run.details_in[1], run.cached) AS cache_read_tokens,
    trace_typed(run.details_in[3], run.written_5m) AS cache_write_5m_tokens,
    trace_typed(run.details_in[4], run.written_1h) AS cache_write_1h_tokens,
    trace_typed(run.details_in[2], run.written) AS cache_write_tokens,
    trace_typed(run.details_in[5], run.audio_in) AS input_audio_tokens,
    trace_typed(run.output_text, trace_rest(run.output_told, run.audio_out)) AS output_tokens,
    trace_typed(run.details_out[2], run.audio_out) AS output_audio_tokens,
    trace_typed(run.details_out[1], least(run.reasoning, run.output_told)) AS reasoning_tokens,
    trace_typed(run.total_text, run.total) AS source_total_tokens,
    CASE WHEN run.has_failed THEN 'failure' ELSE 'success' END AS status,
    trace_ms(trace_epoch(nullif(run.start_time, '')), trace_epoch(nullif(run.end_time, ''))) AS latency_ms,
    coalesce(run.trace_id, right(split_part(run.dotted_order, '.', 1), 36), run.id) AS trace_id,
    coalesce(run.meta[5], run.meta[6], run.meta[7]) AS session_id,
    run.id AS request_id,
    list_filter(
        run.ids, LAMBDA t: regexp_matches(t, '^(chatcmpl-|resp_|msg_|gen-|cmpl-)')
    )[1] AS response_id,
    coalesce(run.meta[8], run.meta[13]) AS user_id,
    coalesce(run.meta[10], run.meta[11], run.session_name) AS workflow_hint,
    trace_object(
        json_merge_patch(
            trace_plain(trace_tag_pairs(trace_attributes(run.meta[9]))),
            tags_object(run.tags),
            json_object('name', run.name, 'langsmith_project', coalesce(run.session_name, run.session_id))
        )
    ) AS tags,
    CASE
        WHEN run.input_text IS NULL AND run.output_text IS NULL AND run.total_text IS NULL AND NOT run.has_failed
            THEN 'no token counts'
        WHEN run.cached + run.written + run.written_5m + run.written_1h + run.audio_in > run.input_told
            OR run.total <> run.input_told + run.output_told
            THEN 'tokens do not add up to the source''s total'
    END AS quality,
    as_money(coalesce(
        nullif(run.total_cost, ''),
        (as_money(nullif(run.prompt_cost, '')) + as_money(nullif(run.completion_cost, '')))::VARCHAR
    )) AS logged_cost
FROM run
LEFT JOIN above ON run.id = above.id
ORDER BY run.file_number, run.record_number
