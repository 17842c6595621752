-- detector: context_growth
-- title: Context that grows with the square of turns
-- rank: 60
-- finds: A session of `min_turns` calls or more to one model whose prompt grows by an even step each turn to `min_growth` times its start and `min_tokens` tokens or more, most of it sent as uncached input: n turns then cost n(n+1)/2 steps.
-- money: The tokens of each prompt above its first prompt and the last `keep_turns` steps, at the price of uncached input. Earlier calls of the session are listed as evidence, without money.
-- needs: sessions
-- advice: Summarise older turns, keep the last few, and put the unchanging part first so that a prompt cache serves it.
-- confidence: high when a straight line explains 95 % of the growth, else medium.
-- parameter: min_turns = 10 | calls of the session, at least
-- parameter: min_growth = 2 | the last prompt, in first prompts
-- parameter: min_tokens = 8000 | tokens of the last prompt, at least
-- parameter: keep_turns = 4 | turns that a session may carry along
INSERT INTO waste_claim BY NAME
WITH turn AS (
    SELECT
        call_id,
        thread_id,
        model,
        prompt_tokens,
        input_tokens,
        row_number() OVER (PARTITION BY thread_id, model ORDER BY at_utc, call_id) AS turn
    FROM waste_call
    WHERE thread_id IS NOT NULL AND NOT is_failed AND NOT is_split_unknown AND prompt_tokens > 0
),

-- The slope is a statistic of tokens, no money.
session AS (
    SELECT
        thread_id,
        model,
        arg_min(prompt_tokens, turn) AS first_tokens,
        arg_max(prompt_tokens, turn) AS last_tokens,
        greatest(regr_slope(prompt_tokens, turn), 1)::BIGINT AS step_tokens,
        regr_r2(prompt_tokens, turn) AS evenness
    FROM turn
    GROUP BY ALL
    HAVING count(*) >= $min_turns
        AND last_tokens >= $min_growth * first_tokens
        AND last_tokens >= $min_tokens
        AND regr_slope(prompt_tokens, turn) > 0
        AND evenness >= 0.85
        AND sum(input_tokens) * 2 >= sum(prompt_tokens)
),

excess AS (
    SELECT
        turn.call_id,
        session.evenness,
        least(
            greatest(turn.prompt_tokens - session.first_tokens - $keep_turns * session.step_tokens, 0), turn.input_tokens
        ) AS tokens
    FROM turn
    INNER JOIN session USING (thread_id, model)
)

SELECT
    'context_growth' AS detector,
    'session' AS subject_kind,
    waste_call.thread AS subject,
    excess.call_id,
    CASE
        WHEN input_price IS NULL THEN 0
        ELSE least(input_cost, waste_scaled((excess.tokens * input_price)::DECIMAL(38,15), level))
    END AS input_cost,
    CASE WHEN excess.evenness >= 0.95 THEN 'high' ELSE 'medium' END AS confidence
FROM excess
INNER JOIN waste_call ON waste_call.call_id = excess.call_id
