-- detector: context_reload
-- title: Redundant context reload
-- rank: 70
-- finds: A session that sends one large context of `min_tokens` tokens or more `min_reloads` times again as uncached input: to the same model, within `max_gap_minutes` of the last call, `tolerance_percent` from its size at most (exactly the same size is a request repeated, no new one), and four of five of its large uncached calls do so. Sessions that grow are counted as context growth.
-- money: What the repeated tokens cost as uncached input, above their price as cache reads (all of it where the model has no such price).
-- needs: sessions
-- advice: Mark the unchanging part for the prompt cache and send it first, or fetch only the passages that the step needs.
-- confidence: high when nine of ten calls of the session reload, else medium.
-- parameter: min_tokens = 10000 | tokens of the context, at least
-- parameter: min_reloads = 3 | times that it is sent again, at least
-- parameter: max_gap_minutes = 60 | minutes since the last call of the session, at most
-- parameter: tolerance_percent = 4 | how far the size may differ from the last call's
INSERT INTO waste_claim BY NAME
WITH turn AS (
    SELECT
        call_id,
        thread_id,
        model,
        at_utc,
        prompt_tokens,
        input_tokens,
        is_failed,
        lag(at_utc) OVER turns AS last_at_utc,
        lag(prompt_tokens) OVER turns AS last_tokens,
        lag(is_failed) OVER turns AS is_after_failure
    FROM waste_call
    WHERE thread_id IS NOT NULL AND NOT is_split_unknown AND prompt_tokens > 0
    WINDOW turns AS (PARTITION BY thread_id, model ORDER BY at_utc, call_id)
),

judged AS (
    SELECT
        *,
        prompt_tokens >= $min_tokens AND input_tokens * 10 >= prompt_tokens * 8 AS is_large,
        prompt_tokens >= $min_tokens
        AND NOT is_failed
        AND NOT coalesce(is_after_failure, true)
        AND input_tokens * 10 >= prompt_tokens * 8
        AND prompt_tokens <> last_tokens
        AND abs(prompt_tokens - last_tokens) * 100 <= $tolerance_percent * last_tokens
        AND at_utc - last_at_utc <= to_minutes($max_gap_minutes) AS is_reload
    FROM turn
),

session AS (
    SELECT thread_id, model, count(*) FILTER (is_reload) AS reloads, count(*) FILTER (is_large) AS large_calls
    FROM judged
    GROUP BY ALL
    HAVING reloads >= $min_reloads
        AND reloads * 5 >= (large_calls - 1) * 4
        AND arg_max(prompt_tokens, at_utc) * 2 <= arg_min(prompt_tokens, at_utc) * 3
)

SELECT
    'context_reload' AS detector,
    'session' AS subject_kind,
    waste_call.thread AS subject,
    judged.call_id,
    CASE
        WHEN input_price IS NULL THEN 0
        ELSE least(
            input_cost,
            waste_scaled(
                (
                    least(judged.input_tokens, last_tokens)
                    * greatest(input_price - coalesce(cache_read_price, 0), 0)
                )::DECIMAL(38,15),
                level
            )
        )
    END AS input_cost,
    CASE WHEN reloads * 10 >= (large_calls - 1) * 9 THEN 'high' ELSE 'medium' END AS confidence
FROM judged
INNER JOIN session USING (thread_id, model)
INNER JOIN waste_call ON waste_call.call_id = judged.call_id
WHERE is_reload
