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
    '$.speed', '$.service_tier'
]);
-- Counts that are inside prompt_tokens or completion_tokens, from u = litellm_usage(...).
CREATE OR REPLACE TEMP MACRO litellm_cache_read(u) AS coalesce(as_count(coalesce(u[1], u[2])), 0);
CREATE OR REPLACE TEMP MACRO litellm_cache_write_5m(u) AS coalesce(as_count(coalesce(u[3], u[4])), 0);
CREATE OR REPLACE TEMP MACRO litellm_cache_write_1h(u) AS coalesce(as_count(coalesce(u[5], u[6])), 0);
CREATE OR REPLACE TEMP MACRO litellm_cache_written(u) AS coalesce(as_count(coalesce(u[7], u[8], u[9])), 0);
CREATE OR REPLACE TEMP MACRO litellm_audio_input(u) AS coalesce(as_count(u[10]), 0);
CREATE OR REPLACE TEMP MACRO litellm_audio_output(u) AS coalesce(as_count(u[11]), 0);
CREATE OR REPLACE TEMP MACRO litellm_reasoning(u) AS coalesce(as_count(u[12]), 0);
CREATE OR REPLACE TEMP MACRO litellm_web_search(u) AS coalesce(as_count(u[13]), 0);
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
