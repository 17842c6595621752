-- Answers of model providers, as people log them: one set of macros for every provider's shape.
-- The steps: body_json finds the answer inside a log record, body_fields takes its fields, body_usage its
-- usage object, body_parts types the counts, body_tokens turns them into buckets that do not overlap.

-- The answer inside a record of a log; gateways and batches lay it below `body` once more.
CREATE OR REPLACE TEMP MACRO body_json(wrapped) AS CASE
    WHEN json_valid(wrapped) AND json_type(wrapped) = 'OBJECT'
        THEN coalesce(
            CASE WHEN json_type(wrapped, '$.body') = 'OBJECT' THEN json_extract_string(wrapped, '$.body') END,
            CASE WHEN json_type(wrapped, '$.response') = 'OBJECT' THEN json_extract_string(wrapped, '$.response') END,
            wrapped
        )
END;
-- True for text that begins like an object and is none: an answer that was cut off.
CREATE OR REPLACE TEMP MACRO body_is_torn(wrapped) AS
    wrapped IS NOT NULL AND starts_with(ltrim(wrapped), '{') AND NOT json_valid(wrapped);

-- The fields of an answer as text, in the order that body_provider and the importers count on.
CREATE OR REPLACE TEMP MACRO body_fields(body) AS json_extract_string(body, [
    '$.id', '$.model', '$.modelVersion', '$.responseId', '$.usage', '$.usageMetadata', '$.usage_metadata', '$.meta',
    '$.created', '$.created_at', '$.createTime', '$.provider', '$.x_groq', '$.service_tier', '$.object', '$.metrics',
    '$.metadata', '$.user', '$.time_info', '$.prompt_filter_results', '$.output', '$.ResponseMetadata',
    '$.serviceTier', '$.model_version', '$.candidates[0].groundingMetadata.webSearchQueries',
    '$.usage_info.pages_processed'
]);

-- The usage object: Cohere's first generation keeps its one in `meta`. JSON null is nothing.
CREATE OR REPLACE TEMP MACRO body_usage_json(f) AS coalesce(
    CASE WHEN starts_with(f[5], '{') THEN f[5] END,
    CASE WHEN starts_with(f[6], '{') THEN f[6] END,
    CASE WHEN starts_with(f[7], '{') THEN f[7] END,
    CASE WHEN contains(f[8], '"billed_units"') THEN f[8] END
);

-- The counts of a usage object as text.
CREATE OR REPLACE TEMP MACRO body_usage(usage_json) AS json_extract_string(usage_json, [
    '$.prompt_tokens', '$.input_tokens', '$.inputTokens', '$.promptTokenCount', '$.prompt_token_count',
    '$.billed_units.input_tokens',
    '$.completion_tokens', '$.output_tokens', '$.outputTokens', '$.candidatesTokenCount', '$.candidates_token_count',
    '$.responseTokenCount', '$.billed_units.output_tokens',
    '$.total_tokens', '$.totalTokens', '$.totalTokenCount', '$.total_token_count',
    '$.prompt_tokens_details.cached_tokens', '$.input_tokens_details.cached_tokens',
    '$.input_token_details.cached_tokens', '$.input_token_details.cache_read', '$.prompt_cache_hit_tokens',
    '$.num_cached_tokens', '$.cached_tokens', '$.cachedInputTokens', '$.cachedContentTokenCount',
    '$.cached_content_token_count',
    '$.cache_read_input_tokens', '$.cacheReadInputTokens', '$.cacheReadInputTokenCount',
    '$.prompt_tokens_details.cache_write_tokens', '$.input_tokens_details.cache_write_tokens',
    '$.input_token_details.cache_creation',
    '$.cache_creation_input_tokens', '$.cacheWriteInputTokens', '$.cacheWriteInputTokenCount',
    '$.cache_creation.ephemeral_5m_input_tokens', '$.cache_creation.ephemeral_1h_input_tokens', '$.cacheDetails',
    '$.prompt_tokens_details.audio_tokens', '$.input_tokens_details.audio_tokens', '$.input_token_details.audio_tokens',
    '$.input_token_details.cached_tokens_details.audio_tokens',
    '$.prompt_tokens_details.cached_tokens_details.audio_tokens',
    '$.completion_tokens_details.audio_tokens', '$.output_tokens_details.audio_tokens',
    '$.output_token_details.audio_tokens',
    '$.promptTokensDetails', '$.cacheTokensDetails', '$.candidatesTokensDetails', '$.responseTokensDetails',
    '$.thoughtsTokenCount', '$.thoughts_token_count', '$.toolUsePromptTokenCount', '$.tool_use_prompt_token_count',
    '$.completion_tokens_details.reasoning_tokens', '$.output_tokens_details.reasoning_tokens',
    '$.output_tokens_details.thinking_tokens', '$.output_token_details.reasoning', '$.reasoning_tokens',
    '$.reasoningTokens',
    '$.server_tool_use.web_search_requests', '$.service_tier', '$.serviceTier', '$.trafficType', '$.traffic_type',
    '$.speed', '$.inference_geo', '$.iterations', '$.cost', '$.is_byok', '$.queue_time', '$.total_time',
    '$.prompt_cache_miss_tokens', '$.billed_units', '$.server_tool_use', '$.cache_creation', '$.cost.total_cost',
    '$.cost_details'
]);

-- Tokens of one modality ([{"modality": "AUDIO", "tokenCount": 5}]); 0 where it is not named.
CREATE OR REPLACE TEMP MACRO body_modality(details, wanted) AS CASE
    WHEN details IS NULL OR NOT contains(details, wanted) THEN 0
    ELSE coalesce(list_sum(list_transform(
        list_filter(
            from_json(details, '[{"modality":"VARCHAR","tokenCount":"VARCHAR"}]'), LAMBDA d: d.modality = wanted
        ),
        LAMBDA d: coalesce(as_count(d.tokenCount), 0)
    ))::BIGINT, 0)
END;
-- Cache writes of one lifetime in Converse's list ([{"ttl": "5m", "inputTokens": 5}]).
CREATE OR REPLACE TEMP MACRO body_lifetime(details, wanted) AS CASE
    WHEN details IS NULL OR NOT contains(details, wanted) THEN 0
    ELSE coalesce(list_sum(list_transform(
        list_filter(from_json(details, '[{"ttl":"VARCHAR","inputTokens":"VARCHAR"}]'), LAMBDA d: d.ttl = wanted),
        LAMBDA d: coalesce(as_count(d.inputTokens), 0)
    ))::BIGINT, 0)
END;
-- Anthropic's record of each inference inside one answer, typed; an empty list where there is none.
CREATE OR REPLACE TEMP MACRO body_iterations(iterations) AS CASE
    WHEN iterations IS NULL OR NOT starts_with(iterations, '[{') THEN []
    ELSE list_transform(
        from_json(
            iterations,
            '[{"type":"VARCHAR","model":"VARCHAR","input_tokens":"VARCHAR","output_tokens":"VARCHAR",'
            || '"cache_read_input_tokens":"VARCHAR","cache_creation_input_tokens":"VARCHAR",'
            || '"cache_creation":{"ephemeral_5m_input_tokens":"VARCHAR","ephemeral_1h_input_tokens":"VARCHAR"},'
            || '"output_tokens_details":{"thinking_tokens":"VARCHAR"}}]'
        ),
        LAMBDA i: struct_pack(
            kind := i.type,
            model := i.model,
            input := coalesce(as_count(i.input_tokens), 0),
            output := coalesce(as_count(i.output_tokens), 0),
            cached := coalesce(as_count(i.cache_read_input_tokens), 0),
            written := coalesce(as_count(i.cache_creation_input_tokens), 0),
            written_5m := coalesce(as_count(i.cache_creation.ephemeral_5m_input_tokens), 0),
            written_1h := coalesce(as_count(i.cache_creation.ephemeral_1h_input_tokens), 0),
            reasoning := coalesce(as_count(i.output_tokens_details.thinking_tokens), 0)
        )
    )
END;

-- The first text of a list that is there.
CREATE OR REPLACE TEMP MACRO body_first(texts) AS list_filter(texts, LAMBDA t: t IS NOT NULL)[1];
CREATE OR REPLACE TEMP MACRO body_count(texts) AS as_count(body_first(texts));

-- The counts, typed once. NULL where the answer does not say.
CREATE OR REPLACE TEMP MACRO body_parts(u) AS struct_pack(
    prompt := CASE WHEN u[75] IS NOT NULL THEN as_count(u[6]) ELSE body_count(u[1:5]) END,
    completion := CASE WHEN u[75] IS NOT NULL THEN as_count(u[13]) ELSE body_count(u[7:12]) END,
    total := CASE WHEN u[75] IS NULL THEN body_count(u[14:17]) END,
    cached := CASE WHEN u[75] IS NOT NULL THEN 0 ELSE coalesce(body_count(u[18:30]), 0) END,
    written := coalesce(body_count(u[31:36]), 0),
    written_5m := coalesce(as_count(u[37]), body_lifetime(u[39], '5m')),
    written_1h := coalesce(as_count(u[38]), body_lifetime(u[39], '1h')),
    audio_in := coalesce(body_count(u[40:42]), body_modality(u[48], 'AUDIO')),
    audio_cached := coalesce(body_count(u[43:44]), body_modality(u[49], 'AUDIO')),
    audio_out := coalesce(body_count(u[45:47]), body_modality(coalesce(u[50], u[51]), 'AUDIO')),
    thoughts := coalesce(body_count(u[52:53]), 0),
    tool_prompt := coalesce(body_count(u[54:55]), 0),
    reasoning := body_count(u[56:61]),
    searches := coalesce(as_count(u[62]), 0),
    iterations := body_iterations(u[69]),
    -- Converse and Anthropic print cache tokens beside the input, all others inside it.
    is_converse := u[3] IS NOT NULL AND u[25] IS NULL AND u[61] IS NULL,
    is_anthropic := u[2] IS NOT NULL AND u[14] IS NULL AND body_first(u[18:27]) IS NULL
);

-- Whether inferences of other kinds (advisor, compaction, fallback) came on top of the stated counts.
CREATE OR REPLACE TEMP MACRO body_on_top(p) AS
    len(p.iterations) > 0 AND list_sum(list_transform(p.iterations, LAMBDA i: i.input + i.output))
    > coalesce(p.prompt, 0) + coalesce(p.completion, 0);
-- What the extra inferences add to one bucket.
CREATE OR REPLACE TEMP MACRO body_added(counts) AS coalesce(list_sum(counts)::BIGINT, 0);
CREATE OR REPLACE TEMP MACRO body_extra(p) AS CASE
    WHEN body_on_top(p) THEN list_filter(p.iterations, LAMBDA i: coalesce(i.kind, 'message') <> 'message') ELSE []
END;

-- Whether the cache tokens stand beside the input: some gateways take them out of OpenAI's shape.
CREATE OR REPLACE TEMP MACRO body_is_beside(p) AS
    p.is_converse OR p.is_anthropic OR coalesce(p.prompt, p.total, 0) < p.cached + p.written
    OR (p.cached + p.written > 0 AND coalesce(p.total = p.prompt + p.completion + p.cached + p.written, false));
-- The counts with what is missing worked out from the total.
CREATE OR REPLACE TEMP MACRO body_prompt(p) AS
    coalesce(p.prompt, p.total - coalesce(p.completion, 0), 0) + p.tool_prompt;
CREATE OR REPLACE TEMP MACRO body_whole(p) AS struct_pack(
    prompt := body_prompt(p),
    fresh := body_prompt(p) - CASE WHEN body_is_beside(p) THEN 0 ELSE p.cached + p.written END,
    audio := p.audio_in - least(p.audio_cached, p.audio_in),
    completion := coalesce(p.completion, 0) + p.thoughts,
    beside := body_is_beside(p),
    extra := body_extra(p)
);
CREATE OR REPLACE TEMP MACRO body_sum(p, w) AS
    w.prompt + w.completion + CASE WHEN w.beside THEN p.cached + p.written ELSE 0 END;
-- Output tokens that only the total knows of: thinking behind some OpenAI-compatible doors.
CREATE OR REPLACE TEMP MACRO body_unsaid(p, w) AS CASE
    WHEN p.prompt IS NULL OR p.total IS NULL THEN 0 ELSE greatest(p.total - body_sum(p, w), 0)
END;

-- The buckets of the ledger; they do not overlap.
CREATE OR REPLACE TEMP MACRO body_tokens(p, w) AS struct_pack(
    input_uncached := w.fresh - least(w.audio, w.fresh)
        + body_added(list_transform(w.extra, LAMBDA i: i.input)),
    cache_read := p.cached + body_added(list_transform(w.extra, LAMBDA i: i.cached)),
    cache_write_5m := p.written_5m + body_added(list_transform(w.extra, LAMBDA i: i.written_5m)),
    cache_write_1h := p.written_1h + body_added(list_transform(w.extra, LAMBDA i: i.written_1h)),
    cache_write := greatest(p.written - p.written_5m - p.written_1h, 0)
        + body_added(list_transform(w.extra, LAMBDA i: greatest(i.written - i.written_5m - i.written_1h, 0))),
    input_audio := least(w.audio, w.fresh),
    output := w.completion + body_unsaid(p, w) - p.audio_out
        + body_added(list_transform(w.extra, LAMBDA i: i.output)),
    output_audio := p.audio_out,
    reasoning := coalesce(p.reasoning, p.thoughts + body_unsaid(p, w))
        + body_added(list_transform(w.extra, LAMBDA i: i.reasoning)),
    searches := p.searches,
    source_total := p.total,
    quality := CASE
        WHEN len(list_filter(w.extra, LAMBDA i: i.model IS NOT NULL)) > 0 THEN 'other models inside'
        WHEN p.prompt IS NOT NULL AND p.total < body_sum(p, w) THEN 'tokens do not add up to the source''s total'
        WHEN body_unsaid(p, w) > 0 AND p.reasoning IS DISTINCT FROM body_unsaid(p, w) THEN 'output taken from the total'
    END
);

-- The key of a provider's name as people and gateways write it.
CREATE OR REPLACE TEMP MACRO body_provider_key(name) AS CASE
    WHEN name IS NULL OR trim(name) = '' THEN NULL
    WHEN name ILIKE 'google%' OR name ILIKE 'vertex%' OR lower(name) = 'gemini' THEN 'google'
    WHEN name ILIKE '%bedrock%' OR lower(name) IN ('aws', 'amazon') THEN 'aws-bedrock'
    WHEN name ILIKE 'azure%' OR name ILIKE 'microsoft%' THEN 'azure-openai'
    WHEN lower(name) IN ('x-ai', 'x.ai', 'xai', 'grok') THEN 'xai'
    WHEN lower(name) IN ('mistral', 'mistralai', 'mistral-ai') THEN 'mistral'
    ELSE trim(regexp_replace(lower(name), '[^a-z0-9]+', '-', 'g'), '-')
END;
-- The provider that a model's own name gives away, where the provider is the one who made it.
CREATE OR REPLACE TEMP MACRO body_provider_of_model(model) AS CASE
    WHEN model IS NULL OR contains(model, '/') AND NOT starts_with(model, 'models/') THEN NULL
    WHEN regexp_matches(
        model,
        '^((us|eu|apac|jp|au|ca|global)[.])?(anthropic|amazon|meta|mistral|cohere|ai21|deepseek|openai|qwen)[.]'
    ) THEN 'aws-bedrock'
    WHEN regexp_matches(model, '^claude.*@') THEN 'google'
    WHEN starts_with(model, 'claude') THEN 'anthropic'
    WHEN regexp_matches(
        model,
        '^(ft:)?(gpt-([0-9]|image|realtime|audio)|chatgpt|o[1-9](-|$)|text-embedding-(3|ada)|davinci|babbage|codex-'
        || '|computer-use|dall-e|tts-1|whisper-1|omni-mod)'
    ) THEN 'openai'
    WHEN regexp_matches(model, '^(models/)?(gemini|gemma-3n|text-embedding-00|learnlm)') THEN 'google'
    WHEN regexp_matches(model, '^(mistral|magistral|pixtral|codestral|ministral|devstral|open-mi[sx]tral|voxtral)')
        THEN 'mistral'
    WHEN regexp_matches(model, '^deepseek-(chat|reasoner|v[0-9])') THEN 'deepseek'
    WHEN starts_with(model, 'grok-') THEN 'xai'
    WHEN regexp_matches(model, '^(command|c4ai|embed-(english|multilingual|v)|rerank-)') THEN 'cohere'
    WHEN regexp_matches(model, '^sonar') THEN 'perplexity'
    WHEN regexp_matches(model, '^(kimi|moonshot)') THEN 'moonshotai'
    WHEN regexp_matches(model, '^glm-') THEN 'zai'
END;
-- Who answered: ids and fields that only one provider has, then the record's own word, then the model's name.
CREATE OR REPLACE TEMP MACRO body_provider(said, f, u, model) AS CASE
    WHEN starts_with(f[1], 'gen-') OR u[71] IS NOT NULL OR u[79] IS NOT NULL THEN 'openrouter'
    WHEN starts_with(f[1], 'msg_bdrk_') THEN 'aws-bedrock'
    WHEN starts_with(f[1], 'msg_vrtx_') THEN 'google'
    WHEN body_provider_key(said) IS NOT NULL THEN body_provider_key(said)
    WHEN u[4] IS NOT NULL OR u[5] IS NOT NULL OR u[16] IS NOT NULL THEN 'google'
    WHEN u[3] IS NOT NULL AND u[25] IS NULL AND u[61] IS NULL THEN 'aws-bedrock'
    WHEN u[75] IS NOT NULL THEN 'cohere'
    WHEN f[13] IS NOT NULL OR u[72] IS NOT NULL THEN 'groq'
    WHEN f[19] IS NOT NULL THEN 'cerebras'
    WHEN f[20] IS NOT NULL THEN 'azure-openai'
    WHEN u[22] IS NOT NULL OR u[74] IS NOT NULL THEN 'deepseek'
    WHEN u[23] IS NOT NULL THEN 'mistral'
    ELSE coalesce(body_provider_of_model(model), 'unknown')
END;
-- The tier that the answer was served at, in the provider's own word.
CREATE OR REPLACE TEMP MACRO body_tier_name(f, u) AS lower(coalesce(
    u[63], u[64], f[14], CASE WHEN starts_with(f[23], '{') THEN json_extract_string(f[23], '$.type') ELSE f[23] END,
    u[65], u[66]
));
CREATE OR REPLACE TEMP MACRO body_tier(f, u) AS CASE
    WHEN u[67] = 'fast' THEN 'fast'
    ELSE CASE coalesce(body_tier_name(f, u), 'default')
        WHEN 'default' THEN 'standard'
        WHEN 'auto' THEN 'standard'
        WHEN 'on_demand' THEN 'standard'
        WHEN 'on_demand_flex' THEN 'flex'
        WHEN 'on_demand_priority' THEN 'priority'
        WHEN 'provisioned_throughput' THEN 'provisioned'
        ELSE body_tier_name(f, u)
    END
END;
-- A record's own time: text, or seconds, milliseconds or microseconds since 1970.
CREATE OR REPLACE TEMP MACRO body_instant(t) AS CASE
    WHEN t IS NULL OR trim(t) = '' THEN NULL
    WHEN regexp_full_match(t, '[0-9]{12,14}([.]0+)?') THEN make_timestamp(CAST(split_part(t, '.', 1) AS BIGINT) * 1000)
    WHEN regexp_full_match(t, '[0-9]{15,17}') THEN make_timestamp(CAST(t AS BIGINT))
    ELSE as_epoch_utc(t)
END;
-- The date header that an HTTP client kept ("Mon, 21 Sep 2026 08:00:00 GMT").
CREATE OR REPLACE TEMP MACRO body_http_date(response_metadata) AS try_strptime(
    TRY(json_extract_string(response_metadata, '$.HTTPHeaders.date')), '%a, %d %b %Y %H:%M:%S GMT'
);
CREATE OR REPLACE TEMP MACRO body_at(own, f) AS coalesce(
    body_instant(own), body_instant(f[9]), body_instant(f[10]), body_instant(f[11]), body_http_date(f[22]),
    stated_at_utc()
);
-- Searches that an answer of OpenAI's Responses lists as its own steps, or that Gemini grounded it on: up to
-- Gemini 2 a grounded answer is sold as one, later each query is.
CREATE OR REPLACE TEMP MACRO body_searches(f) AS CASE
    WHEN f[25] IS NOT NULL
        THEN least(
            json_array_length(f[25]),
            CASE WHEN regexp_matches(coalesce(f[3], f[24], ''), 'gemini-[12][.-]') THEN 1 ELSE 1000 END
        )::BIGINT
    WHEN f[21] IS NULL OR NOT contains(f[21], 'web_search_call') THEN 0
    ELSE len(list_filter(TRY(json_extract_string(f[21], '$[*].type')), LAMBDA t: t = 'web_search_call'))
END;
CREATE OR REPLACE TEMP MACRO body_response_id(f) AS
    coalesce(nullif(f[1], ''), f[4], TRY(json_extract_string(f[22], '$.RequestId')));
-- What rules may match on: the answer's own metadata, the log's, and the batch's id. A torn answer stops here.
CREATE OR REPLACE TEMP MACRO body_tags(inner_metadata, metadata, tags, custom_id, is_torn, wrapped) AS CASE
    WHEN is_torn THEN as_json(wrapped)
    ELSE nullif(
        json_merge_patch(
            json_merge_patch(object_or_empty(inner_metadata), object_or_empty(metadata)),
            json_merge_patch(
                CASE WHEN starts_with(tags, '[') THEN tags_object(tags) ELSE object_or_empty(tags) END,
                CASE WHEN custom_id IS NULL THEN '{}' ELSE json_object('custom_id', custom_id)::VARCHAR END
            )
        )::VARCHAR,
        '{}'
    )
END;
-- What was used and has no column, by name; NULL when there is no such thing.
CREATE OR REPLACE TEMP MACRO body_uncounted(f, u) AS nullif(concat_ws(
    ', ',
    CASE WHEN contains(f[21], '"file_search_call"') THEN 'file search' END,
    CASE WHEN contains(f[21], '"code_interpreter_call"') THEN 'code interpreter' END,
    CASE WHEN contains(f[21], '"image_generation_call"') THEN 'image generation' END,
    CASE WHEN as_count(TRY(json_extract_string(u[76], '$.code_execution_requests'))) > 0 THEN 'code execution' END,
    CASE WHEN as_count(TRY(json_extract_string(u[75], '$.search_units'))) > 0 THEN 'search units' END,
    CASE WHEN as_count(TRY(json_extract_string(u[75], '$.classifications'))) > 0 THEN 'classifications' END,
    CASE WHEN as_count(TRY(json_extract_string(u[75], '$.images'))) > 0 THEN 'images' END,
    CASE
        WHEN body_modality(coalesce(u[50], u[51]), 'IMAGE') > 0
            OR (
                contains(f[5], 'image_tokens')
                AND as_count(coalesce(
                    json_extract_string(f[5], '$.output_tokens_details.image_tokens'),
                    json_extract_string(f[5], '$.completion_tokens_details.image_tokens')
                )) > 0
            )
            THEN 'image tokens at their own price'
    END,
    CASE WHEN starts_with(f[5], '{') AND json_extract_string(f[5], '$.seconds') IS NOT NULL THEN 'seconds' END,
    CASE WHEN f[26] IS NOT NULL THEN 'pages' END
), '');
-- What is weak about an answer's figures, in one text.
CREATE OR REPLACE TEMP MACRO body_quality(quality, f, u) AS
    nullif(concat_ws('; ', quality, 'not counted: ' || body_uncounted(f, u)), '');
-- What the answer says it cost, in dollars (OpenRouter, Perplexity).
CREATE OR REPLACE TEMP MACRO body_money(u) AS as_money(CASE WHEN starts_with(u[70], '{') THEN u[78] ELSE u[70] END);
-- The key of an answer without an id: what it says and where in its file it stands.
CREATE OR REPLACE TEMP MACRO body_content_key(f, u, own_time, place) AS
    md5(concat_ws(chr(31), f::VARCHAR, u::VARCHAR, own_time)) || '#' || place;
-- A model's own answer in Bedrock's batches; Llama's counts stand outside a usage object.
CREATE OR REPLACE TEMP MACRO body_native_json(output) AS CASE
    WHEN json_valid(output) AND json_exists(output, '$.prompt_token_count') AND NOT json_exists(output, '$.usage')
        THEN json_object(
            'usage', json_object(
                'prompt_tokens', json_extract(output, '$.prompt_token_count'),
                'completion_tokens', json_extract(output, '$.generation_token_count')
            )
        )::VARCHAR
    ELSE body_json(output)
END;
-- True where no count stands that is known: a row of zeros would hide that.
CREATE OR REPLACE TEMP MACRO body_says_nothing(u) AS
    u IS NULL OR (body_first(u[1:17]) IS NULL AND u[75] IS NULL);
