-- Spans: what OTLP, flat attribute maps, Langfuse and LangSmith have in common.

-- Trace and span ids as lower-case hex; some exporters write the bytes in base64. All zeros mean none.
CREATE OR REPLACE TEMP MACRO trace_hex(t) AS CASE
    WHEN t IS NULL OR regexp_full_match(t, '[0=A]*') THEN NULL
    WHEN regexp_full_match(t, '[A-Za-z0-9+/]{22}==|[A-Za-z0-9+/]{11}=') THEN lower(hex(from_base64(t)))
    WHEN regexp_full_match(t, '(0x)?[0-9A-Fa-f-]+') THEN replace(lower(t), '0x', '')
    ELSE t
END;

-- Attribute lists [{key, value: {stringValue | intValue | ...}}]: names and texts, to be looked up by place.
-- Attributes that stand as a plain object are read too.
CREATE OR REPLACE TEMP MACRO trace_attributes(attributes) AS CASE
    WHEN attributes IS NULL THEN NULL
    WHEN starts_with(ltrim(attributes), '[') THEN list_transform(
        from_json(
            attributes,
            '[{"key":"VARCHAR","value":{"stringValue":"VARCHAR","intValue":"VARCHAR","doubleValue":"VARCHAR",'
            '"boolValue":"VARCHAR","arrayValue":"JSON","string_value":"VARCHAR","int_value":"VARCHAR",'
            '"double_value":"VARCHAR","bool_value":"VARCHAR"}}]'
        ),
        LAMBDA x: {
            'key': x."key",
            'value': coalesce(
                x."value"."stringValue", x."value"."intValue", x."value"."doubleValue", x."value"."boolValue",
                x."value".string_value, x."value".int_value, x."value".double_value, x."value".bool_value,
                x."value"."arrayValue"::VARCHAR
            )
        }
    )
    WHEN json_valid(attributes) THEN list_transform(
        json_keys(attributes),
        -- A JSON pointer, because a JSON path cannot name "" nor a name with a quote in it.
        LAMBDA name: {
            'key': name,
            'value': json_extract_string(attributes, '/' || replace(replace(name, '~', '~0'), '/', '~1'))
        }
    )
END;

-- A name of an AI service, as any library writes it, as our provider key.
CREATE OR REPLACE TEMP MACRO trace_provider_key(name) AS CASE
    WHEN name IS NULL OR name = '' THEN NULL
    WHEN name IN ('openai', 'anthropic') THEN name
    WHEN regexp_matches(name, '(?i)bedrock|^aws|^amazon') THEN 'aws-bedrock'
    WHEN regexp_matches(name, '(?i)^az\.ai\.inference|^azure[._-]?ai[._-]?inference') THEN 'azure'
    WHEN regexp_matches(name, '(?i)azure|^az\.ai|^microsoft') THEN 'azure-openai'
    WHEN regexp_matches(name, '(?i)vertex|^gcp|^google|^gemini') THEN 'google'
    WHEN regexp_matches(name, '(?i)^open[ _-]?ai') THEN 'openai'
    WHEN regexp_matches(name, '(?i)^(chat)?anthropic|^claude') THEN 'anthropic'
    WHEN regexp_matches(name, '(?i)^mistral') THEN 'mistral'
    WHEN regexp_matches(name, '(?i)^x[ ._-]?ai\b|^grok\b') THEN 'xai'
    WHEN regexp_matches(name, '(?i)^open[ _-]?router') THEN 'openrouter'
    ELSE nullif(
        trim(
            regexp_replace(
                regexp_replace(lower(name), '\.(chat|responses|messages|completions?|embeddings?)$', ''),
                '[^a-z0-9]+', '-', 'g'
            ), '-'
        ), ''
    )
END;

-- The provider that a model's name tells where the log names none.
CREATE OR REPLACE TEMP MACRO trace_provider_of_model(model) AS CASE
    WHEN model IS NULL THEN NULL
    WHEN regexp_matches(model, '(?i)^((us|eu|apac|jp|global)\.)?(anthropic|amazon|meta|mistral|cohere)\.|arn:aws:bedrock')
        THEN 'aws-bedrock'
    WHEN regexp_matches(model, '^(azure|openai|anthropic|vertex_ai|gemini|bedrock|openrouter|groq|deepseek|mistral|xai)/')
        THEN trace_provider_key(split_part(model, '/', 1))
    WHEN regexp_matches(model, '(?i)^(gpt-|chatgpt|o[1-9]\b|text-embedding-|ft:gpt)') THEN 'openai'
    WHEN regexp_matches(model, '(?i)^claude') THEN 'anthropic'
    WHEN regexp_matches(model, '(?i)^gemini') THEN 'google'
    WHEN regexp_matches(model, '(?i)^grok') THEN 'xai'
    WHEN regexp_matches(model, '(?i)^deepseek') THEN 'deepseek'
    WHEN regexp_matches(model, '(?i)^(mistral|codestral|ministral|magistral)') THEN 'mistral'
END;

CREATE OR REPLACE TEMP MACRO trace_tier(name) AS CASE
    WHEN name IS NULL OR lower(name) IN ('', 'auto', 'default', 'standard', 'on_demand') THEN 'standard'
    ELSE lower(name)
END;

-- Input that is left when what is counted apart is taken out; 0 at least.
CREATE OR REPLACE TEMP MACRO trace_rest(whole, parts) AS greatest(whole - parts, 0);

-- Nanoseconds since 1970 as an instant.
CREATE OR REPLACE TEMP MACRO trace_nanos_utc(t) AS CASE
    WHEN t IS NULL OR t = '' THEN NULL
    WHEN regexp_full_match(t, '[0-9]{16,19}') THEN make_timestamp(CAST(t AS BIGINT) // 1000)
    ELSE as_utc(t)
END;

-- What of an attribute's name rules may match on; NULL for what libraries write about themselves or a
-- call's content. Prefixes that only say "this is the user's own" are left off.
CREATE OR REPLACE TEMP MACRO trace_tag_name(name) AS CASE
    WHEN name IS NULL THEN NULL
    WHEN regexp_matches(
        name,
        '^(traceloop\.association\.properties|ai\.telemetry\.metadata|langfuse\.trace\.metadata|langsmith\.metadata)\.'
    ) THEN regexp_replace(name, '^(\w+\.){2,3}?(properties|metadata)\.', '')
    WHEN name IN ('gen_ai.agent.name', 'agent.name', 'prompt.id', 'llm.prompt_template.version') THEN name
    WHEN regexp_matches(
        name,
        '^(gen_ai|llm|ai|input|output|openinference|traceloop|langfuse|langsmith|http|url|server|client|net|network|'
        'rpc|db|code|thread|exception|error|telemetry|otel|process|host|os|container|peer|messaging|tool|retrieval|'
        'embedding|reranker|document|message|anthropic|openai|aws|azure|logfire|sentry|pydantic_ai|graph|image|audio|'
        'span|library|operation|final_result|all_messages_events|model_request_parameters)(\.|$)'
    ) THEN NULL
    WHEN name IN (
        'service.instance.id', 'metadata', 'tag.tags', 'session.id', 'user.id', 'model_name', 'request_data', 'response',
        'enduser.id'
    ) THEN NULL
    ELSE name
END;
CREATE OR REPLACE TEMP MACRO trace_tag_pairs(pairs) AS list_filter(
    list_transform(pairs, LAMBDA p: {'key': trace_tag_name(p."key"), 'value': p."value"}),
    LAMBDA p: p."key" IS NOT NULL AND strlen(p."value") BETWEEN 1 AND 200
);

-- The first of `names` that the attributes hold; `keys` are their names in order.
CREATE OR REPLACE TEMP MACRO trace_first(pairs, keys, names) AS
    pairs[list_position(keys, list_filter(names, LAMBDA n: list_contains(keys, n))[1])]."value";

-- Pairs with each name once, the first: a map refuses a second.
CREATE OR REPLACE TEMP MACRO list_distinct_keys(pairs) AS list_filter(
    pairs, LAMBDA p, i: list_position(list_transform(pairs, LAMBDA q: q."key"), p."key") = i
);

-- OpenInference's metadata, JSON objects of the spans above first, as one object of plain values.
CREATE OR REPLACE TEMP MACRO trace_metadata(texts) AS CASE
    WHEN texts IS NULL THEN '{}'
    ELSE list_reduce(
        list_transform(string_split(texts, chr(30)), LAMBDA t: object_or_empty(t)),
        LAMBDA x, y: json_merge_patch(x, y)::VARCHAR
    )
END;

-- A count, or NULL where it is none. With trace_typed, which lets only the column of the record itself
-- complain, since the count is also looked at for other records of the same call.
CREATE OR REPLACE TEMP MACRO trace_count(t) AS CASE
    WHEN regexp_full_match(t, '[0-9]{1,18}(\.0+)?') THEN CAST(split_part(t, '.', 1) AS BIGINT)
END;
CREATE OR REPLACE TEMP MACRO trace_typed(t, counted) AS CASE
    WHEN t IS NOT NULL AND t <> '' AND trace_count(t) IS NULL THEN bad_count(t)
    ELSE counted
END;

-- Milliseconds from one instant to another; NULL when one is missing or they run backwards.
CREATE OR REPLACE TEMP MACRO trace_ms(started, ended) AS CASE
    WHEN ended >= started THEN date_diff('millisecond', started, ended)
END;

-- Pairs as the text of a JSON object; a JSON object without what is null in it; nothing for an empty one.
CREATE OR REPLACE TEMP MACRO trace_plain(pairs) AS
    coalesce(to_json(map_from_entries(list_distinct_keys(pairs)))::VARCHAR, '{}');
CREATE OR REPLACE TEMP MACRO trace_object(object) AS
    nullif(json_merge_patch('{}', object)::VARCHAR, '{}');

-- The kind of tokens that a key of Langfuse's usage_details counts; senders add keys of their own.
CREATE OR REPLACE TEMP MACRO langfuse_kind(name) AS CASE
    WHEN lower(name) IN ('total', 'total_tokens', 'totaltokens') THEN 'total'
    WHEN regexp_matches(name, '(?i)(cache|ephemeral).*(5m|5_?min)') THEN 'cache_write_5m'
    WHEN regexp_matches(name, '(?i)(cache|ephemeral).*(1h|1_?hour)') THEN 'cache_write_1h'
    WHEN regexp_matches(name, '(?i)cache.?(creation|write)') THEN 'cache_write'
    WHEN regexp_matches(name, '(?i)cache') THEN 'cache_read'
    WHEN regexp_matches(name, '(?i)reasoning|thought|thinking') THEN 'reasoning'
    WHEN regexp_matches(name, '(?i)^(input|prompt).*audio') THEN 'input_audio'
    WHEN regexp_matches(name, '(?i)^(output|completion).*audio') THEN 'output_audio'
    WHEN regexp_matches(name, '(?i)^(input|prompt)') THEN 'input'
    WHEN regexp_matches(name, '(?i)^(output|completion|candidates)') THEN 'output'
END;
-- The sum of all buckets of one kind; NULL where a total, input or output is not there at all.
CREATE OR REPLACE TEMP MACRO langfuse_sum(parts, kind) AS coalesce(
    list_sum(
        list_transform(list_filter(parts, LAMBDA p: langfuse_kind(p."key") = kind), LAMBDA p: trace_count(p."value"))
    )::BIGINT,
    CASE WHEN kind IN ('total', 'input', 'output') THEN NULL ELSE 0 END
);

-- Milliseconds since 1970, as JavaScript has them, or anything as_epoch_utc reads.
CREATE OR REPLACE TEMP MACRO trace_epoch(t) AS CASE
    WHEN regexp_full_match(t, '[0-9]{13}') THEN make_timestamp(CAST(t AS BIGINT) * 1000)
    ELSE as_epoch_utc(t)
END;
