-- importer: langfuse_observations
-- title: Langfuse observations, blob storage export or batch export of the UI
-- tested on: documentation
-- feeds: token_usage
-- reads: csv, json, jsonl, parquet
-- source: langfuse
-- The spellings behind id are those of openinference_flat, whose names may stand in the metadata of these records
-- recognised by: id | openinference.span.kind | attributes.openinference.span.kind | gen_ai.operation.name | attributes.gen_ai.operation.name, trace_id | traceId, type, start_time | startTime, usage_details | usageDetails
-- optional: end_time | endTime, updated_at | updatedAt, parent_observation_id | parentObservationId, name, level, provided_model_name | providedModelName | model | internalModel, total_cost | totalCost | calculatedTotalCost, cost_details | costDetails, metadata, environment, release, version, tags | traceTags | trace_tags, user_id | userId, session_id | sessionId, trace_name | traceName, prompt_name | promptName, prompt_tokens | promptTokens | inputUsage | usageInput, completion_tokens | completionTokens | outputUsage | usageOutput, total_tokens | totalTokens | totalUsage | usageTotal, project_id | projectId, model_parameters | modelParameters
-- records: data[] | []
-- ordered: yes
-- json: usage_details, cost_details
-- identity: row
-- on repeat: latest updated_at_utc
-- quirks: Only GENERATION and EMBEDDING are model calls; spans, events, agents and tools are not.
-- quirks: usage_details holds buckets beside each other; where they add up to more than total, the input (or output) includes the others.
-- quirks: Observations are exported again when they change: the newest updated_at stands, in any order of import.
-- quirks: A generation whose direct child generations account for all of its tokens is the same call and not counted.
-- quirks: User, session, tags and trace name stand on observations_v2 and UI exports; the older observations/ files lack them, and traces/ and scores/ files hold no usage: export "enriched observations".
-- quirks: Langfuse names no provider: it is taken from the metadata of the sender, else from the model's name.
WITH detail AS (
    SELECT
        *,
        trace_attributes(usage_details) AS parts,
        json_extract_string(object_or_empty(metadata), [
            '$.ls_provider', '$.provider', '$.attributes."gen_ai.provider.name"', '$.attributes."gen_ai.system"',
            '$.attributes."llm.provider"', '$.attributes."gen_ai.response.id"', '$.resourceAttributes', '$.service_tier'
        ]) AS meta,
        coalesce(
            json_extract_string(object_or_empty(metadata), '$.inference_geo'),
            json_extract_string(object_or_empty(model_parameters), '$.inference_geo')
        ) AS geo,
        upper(type) IN ('GENERATION', 'EMBEDDING') AS is_call
    FROM raw
),

-- Texts of each kind of bucket, so that a bad count is found where it stands.
sorted AS MATERIALIZED (
    SELECT
        * EXCLUDE (parts),
        langfuse_sum(parts, 'total') AS details_total,
        langfuse_sum(parts, 'input') AS details_input,
        langfuse_sum(parts, 'cache_read') AS cached,
        langfuse_sum(parts, 'cache_write') AS written_any,
        langfuse_sum(parts, 'cache_write_5m') AS written_5m,
        langfuse_sum(parts, 'cache_write_1h') AS written_1h,
        langfuse_sum(parts, 'input_audio') AS audio_in,
        langfuse_sum(parts, 'output') AS details_output,
        langfuse_sum(parts, 'output_audio') AS audio_out,
        langfuse_sum(parts, 'reasoning') AS reasoning,
        list_filter(parts, LAMBDA p: trace_count(p."value") IS NULL AND p."value" IS NOT NULL)[1]."value" AS bad_text,
        nullif(updated_at, '') AS changed
    FROM detail
),

counted AS (
    SELECT
        *,
        -- Some senders give the write as a whole and by lifetime as well.
        CASE WHEN written_any = written_5m + written_1h THEN 0 ELSE written_any END AS written,
        coalesce(details_total, trace_count(total_tokens)) AS total,
        coalesce(details_input, trace_count(prompt_tokens), 0) AS input_told,
        coalesce(
            details_output, trace_count(completion_tokens),
            CASE WHEN details_input IS NULL AND prompt_tokens IS NULL THEN total END, 0
        ) AS output_told,
        cached + written + written_5m + written_1h + audio_in AS input_parts,
        reasoning + audio_out AS output_parts,
        input_told + output_told + input_parts + output_parts - coalesce(total, 0) AS excess
    FROM sorted
),

disjoint AS (
    SELECT
        *,
        CASE
            WHEN total IS NULL OR excess <= 0 OR excess = output_parts AND input_parts <> output_parts THEN input_told
            ELSE greatest(input_told - input_parts, 0)
        END AS input_uncached,
        CASE
            WHEN total IS NOT NULL AND excess > 0 AND excess IN (output_parts, input_parts + output_parts)
                AND (excess <> input_parts OR input_parts = 0)
                THEN output_told
            ELSE output_told + reasoning
        END AS output_all,
        input_uncached + input_parts + output_all + audio_out AS used
    FROM counted
),

children AS (
    SELECT trace_id, parent_observation_id AS id, sum(input_told + output_told + input_parts) AS used_below
    FROM counted
    WHERE is_call AND parent_observation_id <> ''
    GROUP BY ALL
),

judged AS (
    SELECT
        disjoint.*,
        children.used_below,
        row_number() OVER (
            PARTITION BY disjoint.trace_id, disjoint.id ORDER BY changed DESC NULLS LAST, file_number DESC, record_number DESC
        ) AS age
    FROM disjoint
    LEFT JOIN children ON disjoint.trace_id = children.trace_id AND disjoint.id = children.id
)

SELECT
    row_number,
    CASE
        WHEN NOT coalesce(is_call, true) THEN 'no model call'
        WHEN age > 1 THEN 'an older state of the same observation'
        WHEN used > 0 AND used_below >= used THEN 'its usage is on the generations below it'
    END AS ignored_because,
    nullif(trace_id, '') || '|' || nullif(id, '') AS source_key,
    as_utc(nullif(start_time, '')) AS at_utc,
    as_utc(changed) AS updated_at_utc,
    coalesce(
        trace_provider_key(coalesce(meta[1], meta[2], meta[3], meta[4], meta[5])),
        trace_provider_of_model(provided_model_name), 'unknown'
    ) AS provider,
    nullif(provided_model_name, '') AS model_name,
    trace_tier(meta[8]) AS service_tier,
    CASE
        WHEN coalesce(
            trace_provider_key(coalesce(meta[1], meta[2], meta[3], meta[4], meta[5])),
            trace_provider_of_model(provided_model_name)
        ) = 'anthropic' THEN anthropic_scope(geo)
    END AS endpoint_scope,
    CASE WHEN bad_text IS NOT NULL THEN as_count(bad_text) ELSE input_uncached END AS input_uncached_tokens,
    cached AS cache_read_tokens,
    written_5m AS cache_write_5m_tokens,
    written_1h AS cache_write_1h_tokens,
    written AS cache_write_tokens,
    audio_in AS input_audio_tokens,
    output_all AS output_tokens,
    audio_out AS output_audio_tokens,
    least(reasoning, output_all) AS reasoning_tokens,
    total AS source_total_tokens,
    CASE WHEN upper(level) = 'ERROR' THEN 'failure' ELSE 'success' END AS status,
    trace_ms(as_utc(nullif(start_time, '')), as_utc(nullif(end_time, ''))) AS latency_ms,
    trace_id,
    nullif(session_id, '') AS session_id,
    id AS request_id,
    meta[6] AS response_id,
    nullif(user_id, '') AS user_id,
    nullif(trace_name, '') AS workflow_hint,
    trace_object(
        json_merge_patch(
            trace_plain(trace_tag_pairs(trace_attributes(meta[7]))),
            trace_plain(trace_tag_pairs(trace_attributes(object_or_empty(metadata)))),
            tags_object(tags),
            json_object(
                'trace_name', nullif(trace_name, ''), 'name', nullif(name, ''), 'environment', nullif(environment, ''),
                'release', nullif(release, ''), 'prompt_name', nullif(prompt_name, ''),
                'langfuse_project', nullif(project_id, '')
            )
        )
    ) AS tags,
    CASE
        WHEN usage_details IS NULL AND prompt_tokens IS NULL AND total_tokens IS NULL AND upper(level) <> 'ERROR'
            THEN 'no token counts'
        WHEN used <> total THEN 'tokens do not add up to the source''s total'
    END AS quality,
    as_money(coalesce(nullif(total_cost, ''), json_extract_string(cost_details, '$.total'))) AS logged_cost
FROM judged
ORDER BY file_number, record_number
