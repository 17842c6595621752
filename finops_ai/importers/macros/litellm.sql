-- LiteLLM's usage object `u`: counts that are inside prompt_tokens or completion_tokens.
CREATE OR REPLACE TEMP MACRO litellm_count(u, paths) AS coalesce(
    as_count(list_extract(list_filter(json_extract_string(u, paths), LAMBDA found: found IS NOT NULL), 1)), 0
);
CREATE OR REPLACE TEMP MACRO litellm_cache_read(u) AS litellm_count(
    u, ['$.cache_read_input_tokens', '$.prompt_tokens_details.cached_tokens']
);
CREATE OR REPLACE TEMP MACRO litellm_cache_write_5m(u) AS litellm_count(
    u, [
        '$.prompt_tokens_details.cache_creation_token_details.ephemeral_5m_input_tokens',
        '$.cache_creation.ephemeral_5m_input_tokens'
    ]
);
CREATE OR REPLACE TEMP MACRO litellm_cache_write_1h(u) AS litellm_count(
    u, [
        '$.prompt_tokens_details.cache_creation_token_details.ephemeral_1h_input_tokens',
        '$.cache_creation.ephemeral_1h_input_tokens'
    ]
);
CREATE OR REPLACE TEMP MACRO litellm_cache_written(u) AS litellm_count(
    u, [
        '$.cache_creation_input_tokens', '$.prompt_tokens_details.cache_creation_tokens',
        '$.prompt_tokens_details.cache_write_tokens'
    ]
);
-- Written without a stated lifetime: what the two lifetimes leave of the total.
CREATE OR REPLACE TEMP MACRO litellm_cache_write(u) AS greatest(
    litellm_cache_written(u) - litellm_cache_write_5m(u) - litellm_cache_write_1h(u), 0
);
CREATE OR REPLACE TEMP MACRO litellm_audio_input(u) AS litellm_count(u, ['$.prompt_tokens_details.audio_tokens']);
CREATE OR REPLACE TEMP MACRO litellm_audio_output(u) AS litellm_count(
    u, ['$.completion_tokens_details.audio_tokens']
);
CREATE OR REPLACE TEMP MACRO litellm_reasoning(u) AS litellm_count(
    u, ['$.completion_tokens_details.reasoning_tokens']
);
CREATE OR REPLACE TEMP MACRO litellm_web_search(u) AS litellm_count(u, ['$.server_tool_use.web_search_requests']);
-- Versions before 2025 left cache tokens outside prompt_tokens; then the prompt is smaller than they are.
CREATE OR REPLACE TEMP MACRO litellm_input(u, prompt) AS CASE
    WHEN coalesce(as_count(prompt), 0)
        >= litellm_cache_read(u) + greatest(
            litellm_cache_written(u), litellm_cache_write_5m(u) + litellm_cache_write_1h(u)
        ) + litellm_audio_input(u)
        THEN coalesce(as_count(prompt), 0) - litellm_cache_read(u) - greatest(
            litellm_cache_written(u), litellm_cache_write_5m(u) + litellm_cache_write_1h(u)
        ) - litellm_audio_input(u)
    ELSE coalesce(as_count(prompt), 0)
END;
CREATE OR REPLACE TEMP MACRO litellm_tier(u) AS CASE
    WHEN json_extract_string(u, '$.speed') = 'fast' THEN 'fast'
    WHEN coalesce(json_extract_string(u, '$.service_tier'), 'default') IN ('default', 'standard', 'auto') THEN 'standard'
    ELSE json_extract_string(u, '$.service_tier')
END;
CREATE OR REPLACE TEMP MACRO litellm_provider(name) AS CASE
    WHEN name IS NULL OR name = '' THEN 'unknown'
    WHEN starts_with(name, 'bedrock') THEN 'aws-bedrock'
    WHEN name IN ('azure', 'azure_text') THEN 'azure-openai'
    WHEN starts_with(name, 'vertex_ai') OR name = 'gemini' THEN 'google'
    WHEN name = 'text-completion-openai' THEN 'openai'
    ELSE lower(name)
END;
