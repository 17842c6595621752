-- Gateway and cloud logs: instants, providers, statuses and token counts as those logs print them.

-- Instants as numbers (milli-, micro- or nanoseconds since 1970, or seconds with an exponent), as the
-- Azure portal writes them ("9/1/2026, 10:00:03.123 AM", month first), or anything as_epoch_utc reads.
CREATE OR REPLACE TEMP MACRO gateway_utc(t) AS CASE
    WHEN regexp_full_match(t, '[0-9]{12,13}(\.[0-9]+)?')
        THEN make_timestamp(CAST(CAST(t AS DECIMAL(20, 3)) * 1000 AS BIGINT))
    WHEN regexp_full_match(t, '[0-9]{15,16}') THEN make_timestamp(CAST(t AS BIGINT))
    WHEN regexp_full_match(t, '[0-9]{18,19}') THEN make_timestamp(CAST(left(t, -3) AS BIGINT))
    WHEN regexp_full_match(t, '[0-9]\.[0-9]+[eE]\+?0?9')
        THEN make_timestamp(CAST(CAST(t AS DECIMAL(20, 6)) * 1000000 AS BIGINT))
    WHEN regexp_full_match(t, '[0-9]{1,2}/[0-9]{1,2}/[0-9]{4},? [0-9]{1,2}:[0-9]{2}:[0-9]{2}(\.[0-9]+)? [AP]M')
        THEN coalesce(
            try_strptime(replace(t, ',', ''), '%m/%d/%Y %I:%M:%S.%g %p'),
            try_strptime(replace(t, ',', ''), '%m/%d/%Y %I:%M:%S %p'),
            bad_instant(t)
        )
    ELSE as_epoch_utc(t)
END;

-- A count that may be missing: it is 0 then.
CREATE OR REPLACE TEMP MACRO gateway_count(t) AS CASE WHEN t IS NULL THEN 0 ELSE as_count(t) END;

-- Whole milliseconds of a text that may carry a fraction; what is no number is left out.
CREATE OR REPLACE TEMP MACRO gateway_ms(t) AS CASE
    WHEN regexp_full_match(t, '[0-9]{1,12}(\.[0-9]+)?') THEN CAST(round(CAST(t AS DECIMAL(30, 6)), 0) AS BIGINT)
END;

CREATE OR REPLACE TEMP MACRO gateway_true(t) AS coalesce(lower(t) IN ('true', '1', 't', 'yes'), false);

-- Gateways' names of providers as the keys that bills and other logs use.
CREATE OR REPLACE TEMP MACRO gateway_provider(name) AS CASE
    WHEN name IS NULL OR name = '' THEN 'unknown'
    WHEN regexp_matches(name, '(?i)bedrock') OR lower(name) = 'aws' THEN 'aws-bedrock'
    WHEN regexp_matches(name, '(?i)azure') THEN 'azure-openai'
    WHEN regexp_matches(name, '(?i)vertex|gemini|google') THEN 'google'
    WHEN lower(name) IN ('x-ai', 'xai', 'grok') THEN 'xai'
    WHEN lower(name) IN ('mistral', 'mistral-ai', 'mistralai') THEN 'mistral'
    ELSE trim(regexp_replace(lower(name), '[^a-z0-9]+', '-', 'g'), '-')
END;

-- The HTTP status of an answer as success or failure; NULL when the log has none.
CREATE OR REPLACE TEMP MACRO gateway_http_status(code) AS CASE
    WHEN code IS NULL OR code = '' THEN NULL
    WHEN regexp_full_match(code, '[23][0-9][0-9](\.0+)?') THEN 'success'
    ELSE 'failure'
END;

-- Session and trace as people name them in the metadata of a call.
CREATE OR REPLACE TEMP MACRO gateway_session(tags) AS coalesce(
    json_extract_string(tags, '$."session_id"'), json_extract_string(tags, '$."sessionId"'),
    json_extract_string(tags, '$."session-id"'), json_extract_string(tags, '$."conversation_id"')
);
CREATE OR REPLACE TEMP MACRO gateway_trace(tags) AS coalesce(
    json_extract_string(tags, '$."trace_id"'), json_extract_string(tags, '$."traceId"')
);

-- Tags as the text of a JSON object; NULL when there is none.
CREATE OR REPLACE TEMP MACRO gateway_tags(json_text) AS nullif(object_or_empty(json_text), '{}');

-- A total that is comparable with the sum of the buckets, or NULL; and what its difference means.
CREATE OR REPLACE TEMP MACRO gateway_quality(total, summed) AS CASE
    WHEN total <> summed THEN 'tokens do not add up to the source''s total'
END;

-- Bedrock: the first value at a path through the events of a streamed answer; NULL without one.
CREATE OR REPLACE TEMP MACRO bedrock_event(output, path) AS json_extract_string(
    output, '$.outputBodyJson[*].' || path
)[1];

-- Bedrock Converse lists cache writes by their lifetime: [{"ttl": "5m", "inputTokens": 10}].
CREATE OR REPLACE TEMP MACRO bedrock_written(output, ttl) AS list_extract(
    list_filter(
        json_extract(output, '$.outputBodyJson.usage.cacheDetails[*]'),
        LAMBDA detail: json_extract_string(detail, '$.ttl') = ttl
    ), 1
) ->> '$.inputTokens';

-- The provider that a model's name speaks of, as `vendor/model` or by its family; NULL when by none.
CREATE OR REPLACE TEMP MACRO gateway_model_provider(model) AS CASE
    WHEN regexp_matches(model, '^[a-zA-Z][a-zA-Z-]*/') THEN gateway_provider(split_part(model, '/', 1))
    WHEN regexp_matches(model, '(?i)^(gpt-|chatgpt-|o[1-9](-|$)|text-embedding-|davinci|ft:gpt)') THEN 'openai'
    WHEN starts_with(lower(model), 'claude') THEN 'anthropic'
    WHEN starts_with(lower(model), 'gemini') THEN 'google'
    WHEN regexp_matches(model, '^([a-z-]+\.)?(anthropic|amazon|meta|cohere|mistral|ai21)\.') THEN 'aws-bedrock'
END;

-- True when a log's figures show that cached tokens were left out of the prompt's count.
CREATE OR REPLACE TEMP MACRO gateway_outside(total, prompt, answer, cache) AS
    cache > 0 AND (prompt < cache OR coalesce(total = prompt + answer + cache, false));

-- The person whom the metadata of a call names.
CREATE OR REPLACE TEMP MACRO gateway_user(tags) AS coalesce(
    json_extract_string(tags, '$."user_id"'), json_extract_string(tags, '$."userId"'),
    json_extract_string(tags, '$."_user"'), json_extract_string(tags, '$."user"')
);

-- `{"name": value}` when there is a value, else an empty object: for tags that are merged.
CREATE OR REPLACE TEMP MACRO gateway_tag(name, value) AS CASE
    WHEN value IS NULL OR value = '' THEN '{}' ELSE CAST(json_object(name, value) AS VARCHAR)
END;

-- Vertex: a streamed answer is a list of pieces; the last fields of each name hold, as in one answer.
CREATE OR REPLACE TEMP MACRO vertex_merged(pieces) AS CAST(
    list_reduce(
        list_prepend('{}'::JSON, from_json(pieces, '["JSON"]')),
        LAMBDA merged, piece: json_merge_patch(
            merged,
            coalesce(piece -> '$.message', '{}'::JSON),
            CASE WHEN piece ->> '$.type' IS NULL THEN piece ELSE '{}'::JSON END,
            CASE WHEN (piece -> '$.usage') IS NULL THEN '{}'::JSON ELSE json_object('usage', piece -> '$.usage') END
        )
    ) AS VARCHAR
);

-- Vertex: tokens of one modality, as text; NULL when the answer has no such detail.
CREATE OR REPLACE TEMP MACRO vertex_modality(answer, detail, modality) AS list_extract(
    list_filter(
        json_extract(answer, '$.usageMetadata.' || detail || '[*]'),
        LAMBDA part: json_extract_string(part, '$.modality') = modality
    ), 1
) ->> '$.tokenCount';
