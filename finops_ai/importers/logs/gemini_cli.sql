-- importer: gemini_cli
-- title: Gemini CLI session files, ~/.gemini/tmp/*/chats
-- tested on: documentation
-- feeds: token_usage
-- reads: json, jsonl
-- recognised by: sessionId, projectHash, tokens
-- optional: id, type, timestamp, model, kind, startTime
-- records: messages[]
-- ordered: yes
-- identity: row
-- on repeat: latest
-- quirks: One document with its messages, or since 2026 a line for each message after a line for the session. A later line with the id of an earlier one replaces it.
-- quirks: `input` includes what was cached, and `output` leaves out the thoughts: they are added. Tokens of tool results are input.
-- quirks: The model stands with each message and may change inside a session.
WITH placed AS (
    SELECT
        *,
        last_value("sessionId" IGNORE NULLS) OVER before AS session,
        last_value("projectHash" IGNORE NULLS) OVER before AS project,
        last_value(kind IGNORE NULLS) OVER before AS session_kind
    FROM raw
    WINDOW
        before AS (PARTITION BY file_number ORDER BY record_number ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW)
),

said AS (
    SELECT
        *,
        CASE WHEN type = 'gemini' AND starts_with(tokens, '{') THEN json_extract_string(
            tokens, ['$.input', '$.output', '$.cached', '$.thoughts', '$.tool', '$.total']
        ) END AS t
    FROM placed
),

counted AS (
    SELECT
        *,
        coalesce(as_count(t[1]), 0) AS input,
        coalesce(as_count(t[2]), 0) AS output,
        coalesce(as_count(t[3]), 0) AS cached,
        coalesce(as_count(t[4]), 0) AS thoughts,
        coalesce(as_count(t[5]), 0) AS tool,
        as_count(t[6]) AS total
    FROM said
),

-- The total tells where a file keeps its cached tokens beside the input after all.
whole AS (
    SELECT
        *,
        cached > input OR coalesce(cached > 0 AND total = input + output + thoughts + tool + cached, false) AS beside,
        CASE WHEN input + output + cached + thoughts + tool = 0 THEN coalesce(total, 0) ELSE 0 END AS unsaid
    FROM counted
)

SELECT
    row_number,
    CASE WHEN t IS NULL THEN 'no answer of a model' END AS ignored_because,
    concat_ws('#', session, coalesce(id, timestamp)) AS source_key,
    body_instant(timestamp) AS at_utc,
    'google' AS provider,
    model AS model_name,
    input - CASE WHEN beside THEN 0 ELSE cached END + tool AS input_uncached_tokens,
    cached AS cache_read_tokens,
    output + thoughts + unsaid AS output_tokens,
    thoughts AS reasoning_tokens,
    total AS source_total_tokens,
    'success' AS status,
    session AS session_id,
    json_object('project_hash', project, 'kind', session_kind)::VARCHAR AS tags,
    CASE
        WHEN unsaid > 0 THEN 'output taken from the total'
        WHEN total <> input + output + thoughts + tool + CASE WHEN beside THEN cached ELSE 0 END
            THEN 'tokens do not add up to the source''s total'
    END AS quality
FROM whole
