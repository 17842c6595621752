-- LiteLLM's usage object, parsed once: the texts that the macros below take their counts from.
CREATE OR REPLACE TEMP MACRO litellm_usage(usage_json) AS json_extract_string(usage_json, [
    '$.cache_read_input_tokens', '$.prompt_tokens_details.cached_tokens',
    '$.prompt_tokens_details.cache_creation_token_details.ephemeral_5m_input_tokens',
    '$.cache_creation.ephemeral_5m_input_tokens',
    '$.prompt_tokens_details.cache_creation_token_details.ephemeral_1h_input_tokens',
    '$.cache_creation.ephemeral_1h_input_tokens',
    '$.cache_creation_input_tokens', '$.prompt_tokens_details.cache_creation_tokens',
    '$.prompt_tokens_details.cache_write_tokens',
    '$.prompt_tokens_details.audio_tokens', '$.completion_tokens_details.audio_tokens',
    '$.completion_tokens_details.reasoning_tokens', '$.server_tool_use.web_search_requests',
    '$.speed', '$.service_tier', '$.inference_geo',
    '$.completion_tokens_details.image_tokens'
]);
-- A count that may be missing: it is 0 then.
CREATE OR REPLACE TEMP MACRO litellm_count(t) AS CASE WHEN t IS NULL THEN 0 ELSE as_count(t) END;
CREATE OR REPLACE TEMP MACRO litellm_tier(u) AS CASE
    WHEN u[14] = 'fast' THEN 'fast'
    WHEN coalesce(u[15], 'default') IN ('default', 'standard', 'auto') THEN 'standard'
    ELSE u[15]
END;
-- Versions before 2025 left cache tokens outside prompt_tokens; then the prompt is smaller than they are.
CREATE OR REPLACE TEMP MACRO litellm_input(prompt, cached_and_audio) AS CASE
    WHEN prompt >= cached_and_audio THEN prompt - cached_and_audio ELSE prompt
END;
CREATE OR REPLACE TEMP MACRO litellm_provider(name) AS CASE
    WHEN name IS NULL OR name = '' THEN 'unknown'
    WHEN starts_with(name, 'bedrock') THEN 'aws-bedrock'
    WHEN name IN ('azure', 'azure_text') THEN 'azure-openai'
    WHEN starts_with(name, 'vertex_ai') OR name = 'gemini' THEN 'google'
    WHEN name = 'text-completion-openai' THEN 'openai'
    ELSE lower(name)
END;
-- Where the call had to run: Anthropic's usage and the address of Vertex AI say so.
CREATE OR REPLACE TEMP MACRO litellm_scope(provider_name, u, api_base) AS CASE litellm_provider(provider_name)
    WHEN 'anthropic' THEN anthropic_scope(u[16])
    WHEN 'google' THEN google_scope(api_base)
END;
-- What LiteLLM priced and no column counts: tools other than searches, and image tokens.
CREATE OR REPLACE TEMP MACRO litellm_quality(u, tool_cost, searches) AS 'not counted: ' || nullif(concat_ws(
    ', ',
    CASE WHEN TRY_CAST(tool_cost AS DECIMAL(38, 15)) > 0 AND searches = 0 THEN 'calls of tools' END,
    CASE WHEN TRY_CAST(u[17] AS BIGINT) > 0 THEN 'image tokens at their own price' END
), '');
