-- importer: codex
-- title: Codex CLI session files, ~/.codex/sessions and archived_sessions
-- tested on: real files (ccusage fixtures, MIT) and generated ones, compared with ccusage 20.0.20
-- feeds: token_usage
-- reads: jsonl
-- recognised by: timestamp, type, payload | info
-- optional: info, model
-- ordered: yes
-- identity: row
-- on repeat: keep
-- quirks: A token_count event holds the usage of the last call and a running total. One that repeats the total before is no new usage; of one with a total alone, what it grew by counts.
-- quirks: Cached tokens are inside the input, reasoning is inside the output.
-- quirks: The model is that of the last turn, and may change inside a session. A session that never names one has none.
-- quirks: Sub-agents and forks write the parent's events again: with their old time they count once over all files, rewritten in the first second of a sub-agent they are left out.
-- quirks: An archived copy of a session counts once, and a session may be read again when it has grown.
WITH said AS (
    SELECT
        row_number,
        file_number,
        record_number,
        timestamp,
        type,
        CASE WHEN type = 'token_count' THEN info END AS bare_info,
        CASE WHEN type = 'turn_context' THEN model END AS bare_model,
        CASE WHEN type IN ('session_meta', 'turn_context') OR type = 'event_msg' AND contains(payload, 'token_count')
            THEN TRY(json_extract_string(payload, [
                '$.type', '$.info', '$.model', '$.model_name', '$.id', '$.cwd', '$.git.branch', '$.model_provider'
            ]))
        END AS p,
        type = 'session_meta'
            AND (contains(payload, '"thread_spawn"') OR contains(payload, '"forked_from_id"')) AS is_spawned
    FROM raw
),

counted AS (
    SELECT
        *,
        TRY(json_extract_string(
            CASE WHEN p[1] = 'token_count' THEN p[2] ELSE bare_info END,
            ['$.last_token_usage', '$.total_token_usage', '$.model', '$.model_name']
        )) AS i
    FROM said
),

-- What stands in the records before: windows over text alone, so that a bad count costs its own record.
placed AS (
    SELECT
        *,
        last_value(CASE WHEN type = 'turn_context' THEN coalesce(p[3], p[4], bare_model) END IGNORE NULLS)
            OVER before AS turn_model,
        last_value(CASE WHEN type IN ('turn_context', 'session_meta') THEN p[6] END IGNORE NULLS)
            OVER before AS cwd,
        first_value(CASE WHEN type = 'session_meta' THEN p[5] END IGNORE NULLS) OVER whole AS session_id,
        first_value(CASE WHEN type = 'session_meta' THEN p[7] END IGNORE NULLS) OVER whole AS git_branch,
        first_value(CASE WHEN type = 'session_meta' THEN p[8] END IGNORE NULLS) OVER whole AS model_provider,
        first_value(CASE WHEN type = 'session_meta' THEN is_spawned END IGNORE NULLS) OVER whole AS is_child,
        first_value(CASE WHEN type = 'session_meta' THEN left(timestamp, 19) END IGNORE NULLS) OVER whole AS born_at,
        first_value(CASE WHEN coalesce(i[1], i[2]) IS NOT NULL THEN left(timestamp, 19) END IGNORE NULLS)
            OVER whole AS first_second,
        nth_value(CASE WHEN coalesce(i[1], i[2]) IS NOT NULL THEN left(timestamp, 19) END, 2 IGNORE NULLS)
            OVER whole AS next_second,
        last_value(i[2] IGNORE NULLS) OVER earlier AS total_before
    FROM counted
    WINDOW
        before AS (PARTITION BY file_number ORDER BY record_number ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW),
        earlier AS (PARTITION BY file_number ORDER BY record_number ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING),
        whole AS (
            PARTITION BY file_number ORDER BY record_number ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING
        )
),

used AS (
    SELECT
        *,
        codex_counts(i[1]) AS l,
        codex_counts(i[2]) AS t,
        codex_counts(total_before) AS b
    FROM placed
),

typed_counts AS (
    SELECT
        *,
        coalesce(TRY_CAST(t[5] AS BIGINT) < TRY_CAST(b[5] AS BIGINT), false) AS began_anew,
        CASE WHEN l IS NOT NULL THEN coalesce(as_count(l[1]), 0) ELSE codex_since(t[1], b[1], began_anew) END AS input,
        CASE WHEN l IS NOT NULL THEN coalesce(as_count(l[2]), 0) ELSE codex_since(t[2], b[2], began_anew) END AS cached,
        CASE WHEN l IS NOT NULL THEN coalesce(as_count(l[3]), 0) ELSE codex_since(t[3], b[3], began_anew) END AS output,
        CASE WHEN l IS NOT NULL THEN coalesce(as_count(l[4]), 0) ELSE codex_since(t[4], b[4], began_anew) END
            AS reasoning,
        CASE WHEN l IS NOT NULL THEN as_count(l[5]) ELSE codex_since(t[5], b[5], began_anew) END AS total
    FROM used
)

SELECT
    row_number,
    CASE
        WHEN l IS NULL AND t IS NULL THEN 'no usage in it'
        WHEN is_child AND left(timestamp, 19) = first_second AND (next_second = first_second OR first_second = born_at)
            THEN 'the usage of the parent session again'
        WHEN t IS NOT NULL AND t = b THEN 'the total before again'
    END AS ignored_because,
    concat_ws('#', timestamp, array_to_string(l, ','), array_to_string(t, ',')) AS source_key,
    body_instant(timestamp) AS at_utc,
    coalesce(body_provider_key(model_provider), 'openai') AS provider,
    coalesce(i[3], i[4], turn_model) AS model_name,
    input - least(cached, input) AS input_uncached_tokens,
    least(cached, input) AS cache_read_tokens,
    output AS output_tokens,
    reasoning AS reasoning_tokens,
    total AS source_total_tokens,
    'success' AS status,
    session_id,
    CASE
        WHEN git_branch IS NOT NULL OR cwd IS NOT NULL
            THEN json_object('git_branch', git_branch, 'cwd', cwd)::VARCHAR
    END AS tags,
    CASE WHEN total <> input + output THEN 'tokens do not add up to the source''s total' END AS quality
FROM typed_counts
