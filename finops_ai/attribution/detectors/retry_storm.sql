-- detector: retry_storm
-- title: Retry storms
-- rank: 20
-- finds: One request sent again and again: `min_calls` calls or more of one session (without sessions: one user or key, and one prompt size) to one model, each within `max_gap_s` seconds of the last one's end, after a failure with a prompt of about the same size, or after an answer with exactly the same size (calls that run side by side are no retries). Runs without two failures count only when the workflow rarely has prompts of that size.
-- money: Every call of a run but its last.
-- needs: calls
-- advice: Cap attempts at two or three with growing pauses, stop at errors that no retry mends (4xx, validation), and put a budget on each session.
-- confidence: high when half of the run or more failed, else medium.
-- parameter: min_calls = 4 | calls of a run, at least
-- parameter: max_gap_s = 120 | seconds from the end of a call to the next one, at most
-- parameter: ordinary_percent = 2 | a prompt size that this share of the workflow's other calls has is no sign
INSERT INTO waste_claim BY NAME
WITH attempt AS (
    SELECT
        call_id,
        stream,
        model,
        coalesce(thread, actor, 'no session') AS scope,
        CASE WHEN thread IS NOT NULL THEN 'session' WHEN user_id IS NOT NULL THEN 'user' ELSE 'key' END AS scope_kind,
        CASE WHEN thread IS NULL THEN prompt_tokens END AS own_size,
        at_utc,
        latency_ms,
        prompt_tokens,
        is_failed
    FROM waste_call
),

stepped AS (
    SELECT
        *,
        date_diff('millisecond', lag(at_utc) OVER steps, at_utc) AS gap_ms,
        coalesce(lag(latency_ms) OVER steps, 0) AS last_latency_ms,
        lag(prompt_tokens) OVER steps AS last_prompt_tokens,
        lag(is_failed) OVER steps AS is_after_failure
    FROM attempt
    WINDOW steps AS (PARTITION BY stream, model, scope, own_size ORDER BY at_utc, call_id)
),

-- Logs that state whole seconds make a call seem to begin up to a second early.
judged AS (
    SELECT
        *,
        gap_ms IS NOT NULL
        AND gap_ms <= $max_gap_s * 1000 + last_latency_ms
        AND (is_after_failure OR (gap_ms >= 200 AND gap_ms + 1000 >= last_latency_ms))
        AND (
            (
                is_after_failure
                AND (
                    prompt_tokens = 0
                    OR last_prompt_tokens = 0
                    OR abs(prompt_tokens - last_prompt_tokens) * 20 <= last_prompt_tokens
                )
            )
            OR (prompt_tokens = last_prompt_tokens AND prompt_tokens > 0)
        ) AS is_again
    FROM stepped
),

numbered AS (
    SELECT
        *,
        count(*) FILTER (NOT is_again) OVER (
            PARTITION BY stream, model, scope, own_size ORDER BY at_utc, call_id ROWS UNBOUNDED PRECEDING
        ) AS run
    FROM judged
),

run AS (
    SELECT
        stream,
        model,
        scope,
        own_size,
        run,
        count(*) AS calls,
        count(*) FILTER (is_failed) AS failures,
        max(prompt_tokens) AS prompt_tokens,
        arg_max(call_id, (at_utc, call_id)) AS last_call_id
    FROM numbered
    GROUP BY ALL
    HAVING count(*) >= $min_calls
),

size AS (
    SELECT stream, model, prompt_tokens, count(*) AS calls
    FROM attempt
    GROUP BY ALL
),

workload AS (
    SELECT stream, model, count(*) AS calls
    FROM attempt
    GROUP BY ALL
),

storm AS (
    SELECT run.*
    FROM run
    INNER JOIN workload USING (stream, model)
    INNER JOIN size USING (stream, model, prompt_tokens)
    WHERE run.failures >= 2 OR (size.calls - run.calls) * 100 <= $ordinary_percent * (workload.calls - run.calls)
)

SELECT
    'retry_storm' AS detector,
    numbered.scope_kind AS subject_kind,
    numbered.scope AS subject,
    numbered.call_id,
    waste_call.input_cost,
    waste_call.cache_read_cost,
    waste_call.cache_write_cost,
    waste_call.output_cost,
    CASE WHEN storm.failures * 2 >= storm.calls THEN 'high' ELSE 'medium' END AS confidence
FROM numbered
INNER JOIN storm
    ON storm.stream = numbered.stream
    AND storm.model = numbered.model
    AND storm.scope = numbered.scope
    AND storm.own_size IS NOT DISTINCT FROM numbered.own_size
    AND storm.run = numbered.run
    AND storm.last_call_id <> numbered.call_id
INNER JOIN waste_call ON waste_call.call_id = numbered.call_id
