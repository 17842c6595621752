-- Amazon Bedrock on AWS bills: what usage types, descriptions and product names say.
-- USE1-NovaPro-input-tokens, USE1-Claude4.6Opus-cache-read-input-token-count-cross-region-global,
-- USW2-anthropic.claude-opus-4-8-mantle-cache-write-tokens-1h-global-standard,
-- USE1-MP:USE1_CacheReadInputTokenCount_Global-Units, APN1-MP:APN1_input_tokens_long_ctx_standard-Units.

-- True for a usage type that counts tokens of a model on Bedrock.
CREATE OR REPLACE TEMP MACRO is_bedrock_tokens(usage_type, product) AS usage_type ILIKE '%token%' AND (
    product ILIKE '%bedrock%'
    OR contains(usage_type, 'MP:')
    OR contains(usage_type, '-mantle-')
    OR regexp_matches(usage_type, '(?i)\b(anthropic|amazon|meta|mistral|cohere|ai21|deepseek|openai|qwen)\.')
);

-- The billing name of the model: the product's own name, else what stands before the direction in the usage type.
CREATE OR REPLACE TEMP MACRO bedrock_model(usage_type, description, product) AS CASE
    WHEN contains(description, '(Amazon Bedrock Edition)')
        THEN regexp_extract(description, '^(.*\(Amazon Bedrock Edition\))', 1)
    WHEN contains(product, '(Amazon Bedrock Edition)')
        THEN regexp_extract(product, '^(.*\(Amazon Bedrock Edition\))', 1)
    WHEN usage_type IS NOT NULL THEN nullif(
        regexp_extract(
            regexp_replace(usage_type, '^[A-Z]{2,4}[0-9]?-', ''),
            '^(?:MP:[A-Z0-9]+_)?(.+?)-(?:mantle-)?'
            || '(?:cache-(?:read|write)|(?:text-|speech-|audio-|image-|video-)?(?:input|output))-',
            1
        ), ''
    )
END;

-- A cache write without a lifetime is the five-minute one; one of thirty minutes has no kind of its own.
-- Tokens of images and video are sold at prices of their own and have no kind.
CREATE OR REPLACE TEMP MACRO bedrock_token_kind(usage_type) AS CASE
    WHEN regexp_matches(usage_type, '(?i)cache.?write') THEN
        CASE
            WHEN regexp_matches(usage_type, '(?i)cache.?write.*1h') THEN 'cache_write_1h'
            WHEN regexp_matches(usage_type, '(?i)cache.?write.*30m') THEN 'cache_write'
            ELSE 'cache_write_5m'
        END
    WHEN regexp_matches(usage_type, '(?i)cache.?read') THEN 'cache_read'
    WHEN regexp_matches(usage_type, '(?i)image|video') THEN NULL
    WHEN regexp_matches(usage_type, '(?i)audio|speech') THEN
        CASE
            WHEN usage_type ILIKE '%output%' THEN 'output_audio'
            WHEN usage_type ILIKE '%input%' THEN 'input_audio'
        END
    WHEN usage_type ILIKE '%output%' THEN 'output'
    WHEN usage_type ILIKE '%input%' THEN 'input_uncached'
END;

CREATE OR REPLACE TEMP MACRO bedrock_tier(usage_type) AS CASE
    WHEN regexp_matches(usage_type, '(?i)[-_]batch') THEN 'batch'
    WHEN regexp_matches(usage_type, '(?i)[-_]flex') THEN 'flex'
    WHEN regexp_matches(usage_type, '(?i)[-_]priority') THEN 'priority'
    ELSE 'standard'
END;

CREATE OR REPLACE TEMP MACRO bedrock_scope(usage_type) AS
CASE WHEN usage_type ILIKE '%global%' THEN 'global' ELSE 'regional' END;

-- Tokens in one unit of the bill. Models of the Marketplace are counted in bare "Units", which are millions.
CREATE OR REPLACE TEMP MACRO bedrock_unit_tokens(unit, usage_type) AS CASE
    WHEN contains(usage_type, 'MP:') AND unit ILIKE 'unit%' THEN 1000000
    ELSE tokens_per_unit(unit)
END;

-- One value of a column that holds many (`product`, a map in CUR 2.0); NULL when it is no JSON object.
CREATE OR REPLACE TEMP MACRO aws_map_value(t, path) AS
CASE WHEN starts_with(t, '{') AND json_valid(t) THEN json_extract_string(t, path) END;

-- The tags that have a value as a JSON object; NULL when none has.
CREATE OR REPLACE TEMP MACRO aws_tags(pairs) AS nullif(
    '{' || array_to_string(
        list_transform(
            list_filter(pairs, LAMBDA pair: pair.value IS NOT NULL),
            LAMBDA pair: CAST(to_json(pair.key) AS VARCHAR) || ': ' || CAST(to_json(pair.value) AS VARCHAR)
        ), ', '
    ) || '}', '{}'
);
