-- importer: claude_code
-- title: Claude Code session files, ~/.claude/projects
-- tested on: real files (ccusage and claude-code-log fixtures, MIT) and generated ones
-- feeds: token_usage
-- reads: jsonl
-- recognised by: sessionId, timestamp, message
-- optional: type, requestId, uuid, cwd, gitBranch, isSidechain, isApiErrorMessage, costUSD, version, agentId
-- identity: row
-- on repeat: largest output_tokens
-- quirks: One line per content block: message.id repeats and output_tokens grows; the largest counts.
-- quirks: Resumed sessions and sub-agents copy old lines into new files: message.id is compared over all files.
-- quirks: Versions around February 2026 wrote only the first, small output count and no stop_reason: such rows say so in `quality`.
-- quirks: input_tokens excludes cache reads and writes. <synthetic> and API error messages are no model calls.
-- quirks: Session files are deleted after 30 days by default: ingest at least weekly.
WITH detail AS (
    SELECT
        *,
        -- What holds no usage, such as long results of tools, is not taken apart.
        TRY(json_extract_string(CASE WHEN contains(message, '"usage"') THEN message END, [
            '$.id', '$.model', '$.usage.input_tokens', '$.usage.cache_read_input_tokens',
            '$.usage.cache_creation_input_tokens', '$.usage.cache_creation.ephemeral_5m_input_tokens',
            '$.usage.cache_creation.ephemeral_1h_input_tokens', '$.usage.output_tokens',
            '$.usage.server_tool_use.web_search_requests', '$.usage.service_tier', '$.usage.speed',
            '$.usage.inference_geo', '$.usage.output_tokens_details.thinking_tokens'
        ])) AS m
    FROM raw
),

counted AS (
    SELECT
        *,
        coalesce(as_count(m[5]), 0) AS written,
        coalesce(as_count(m[6]), 0) AS written_5m,
        coalesce(as_count(m[7]), 0) AS written_1h
    FROM detail
)

SELECT
    row_number,
    CASE
        WHEN m[3] IS NULL AND m[8] IS NULL THEN 'no model call'
        WHEN m[2] = '<synthetic>' OR "isApiErrorMessage" = 'true' THEN 'synthetic message'
    END AS ignored_because,
    coalesce(m[1], "requestId", uuid) AS source_key,
    as_utc(timestamp) AS at_utc,
    CASE
        WHEN starts_with(m[1], 'msg_bdrk_') OR contains(m[2], 'anthropic.') THEN 'aws-bedrock'
        WHEN starts_with(m[1], 'msg_vrtx_') THEN 'google'
        ELSE 'anthropic'
    END AS provider,
    m[2] AS model_name,
    CASE
        WHEN m[11] = 'fast' THEN 'fast'
        WHEN coalesce(m[10], 'default') IN ('default', 'standard') THEN 'standard'
        ELSE m[10]
    END AS service_tier,
    CASE WHEN starts_with(m[1], 'msg_bdrk_') OR starts_with(m[1], 'msg_vrtx_') THEN NULL ELSE anthropic_scope(m[12]) END
        AS endpoint_scope,
    anthropic_region(m[12]) AS region_id,
    coalesce(as_count(m[3]), 0) AS input_uncached_tokens,
    coalesce(as_count(m[4]), 0) AS cache_read_tokens,
    written_5m AS cache_write_5m_tokens,
    written_1h AS cache_write_1h_tokens,
    greatest(written - written_5m - written_1h, 0) AS cache_write_tokens,
    coalesce(as_count(m[8]), 0) AS output_tokens,
    coalesce(as_count(m[13]), 0) AS reasoning_tokens,
    coalesce(as_count(m[9]), 0) AS web_search_calls,
    'success' AS status,
    "sessionId" AS session_id,
    "requestId" AS request_id,
    json_object('git_branch', "gitBranch", 'cwd', cwd) AS tags,
    as_money("costUSD") AS logged_cost,
    m[1] AS response_id,
    CASE
        WHEN coalesce(as_count(m[8]), 0) < 10 AND regexp_matches(message, '"stop_reason": ?null')
            THEN 'output count is a placeholder'
    END AS quality
FROM counted
