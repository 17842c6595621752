-- Words of Anthropic's reports and of the console's exports.
CREATE OR REPLACE TEMP MACRO anthropic_tier(tier, speed) AS CASE
    WHEN lower(speed) = 'fast' THEN 'fast'
    WHEN lower(coalesce(tier, 'standard')) IN ('standard', 'default') THEN 'standard'
    ELSE lower(tier)
END;

-- Where inference must run; it may run anywhere when no region is named.
CREATE OR REPLACE TEMP MACRO anthropic_region(geo) AS CASE
    WHEN lower(geo) NOT IN ('global', 'not_available', '') THEN lower(geo)
END;

-- Inference in one region has prices of its own; older models do not say where they run.
CREATE OR REPLACE TEMP MACRO anthropic_scope(geo) AS CASE
    WHEN lower(geo) = 'global' THEN 'global'
    WHEN anthropic_region(geo) IS NOT NULL THEN 'regional'
END;

-- The reports say uncached_input_tokens, the console input_no_cache.
CREATE OR REPLACE TEMP MACRO anthropic_token_kind(cost_type, token_type) AS CASE
    WHEN cost_type = 'web_search' OR token_type = 'web_search' THEN 'web_search'
    WHEN token_type IN ('uncached_input_tokens', 'input_tokens', 'input_no_cache') THEN 'input_uncached'
    WHEN token_type IN ('cache_read_input_tokens', 'input_cache_read') THEN 'cache_read'
    WHEN token_type IN ('cache_creation.ephemeral_5m_input_tokens', 'input_cache_write_5m') THEN 'cache_write_5m'
    WHEN token_type IN ('cache_creation.ephemeral_1h_input_tokens', 'input_cache_write_1h') THEN 'cache_write_1h'
    WHEN token_type IN ('cache_creation_input_tokens', 'input_cache_write') THEN 'cache_write'
    WHEN token_type IN ('output_tokens', 'output') THEN 'output'
END;

-- The console's usage_type says message or standard, or the tier.
CREATE OR REPLACE TEMP MACRO anthropic_usage_tier(usage_type, speed) AS anthropic_tier(
    CASE
        WHEN lower(usage_type) IN ('batch', 'flex', 'flex_discount', 'priority', 'priority_on_demand') THEN usage_type
    END,
    speed
);
