-- detector: reasoning_default
-- title: Reasoning by default on routine calls
-- rank: 100
-- finds: A workflow whose calls to a model nearly all think before short answers to short prompts: of `min_calls` calls or more `always_percent` have reasoning tokens, half of the visible answers are at most `answer_tokens` long and nine of ten at most three times that, half of the prompts at most `prompt_tokens`, and the median call thinks `times` times its visible answer but at most `deep_tokens`. Deep thought for a short answer is left alone.
-- money: The reasoning tokens, at the price of output.
-- needs: reasoning
-- advice: Set the reasoning effort to none or minimal for this task and compare the outcomes of a week; leave it on where quality falls.
-- confidence: medium: only the outcomes can tell whether the thinking helps; high when the median call thinks ten times its answer.
-- parameter: min_calls = 50 | calls of the workflow to the model, at least
-- parameter: always_percent = 80 | calls with reasoning tokens, at least
-- parameter: answer_tokens = 200 | the median visible answer, at most
-- parameter: prompt_tokens = 4000 | the median prompt, at most
-- parameter: times = 2 | median reasoning against the median visible answer, at least
-- parameter: deep_tokens = 4000 | the median reasoning, at most
INSERT INTO waste_claim BY NAME
WITH thought AS (
    SELECT call_id, stream, model, prompt_tokens, thought_tokens, answer_tokens - thought_tokens AS visible_tokens
    FROM waste_call
    WHERE NOT is_failed AND answer_tokens > 0
),

workload AS (
    SELECT
        stream,
        model,
        quantile_disc(visible_tokens, 0.5) AS median_visible,
        quantile_disc(visible_tokens, 0.9) AS long_visible,
        quantile_disc(prompt_tokens, 0.5) AS median_prompt,
        quantile_disc(thought_tokens, 0.5) AS median_thought
    FROM thought
    GROUP BY ALL
    HAVING count(*) >= $min_calls
        AND count(*) FILTER (thought_tokens > 0) * 100 >= $always_percent * count(*)
        AND median_visible <= $answer_tokens
        AND long_visible <= 3 * $answer_tokens
        AND median_prompt <= $prompt_tokens
        AND median_thought >= $times * median_visible
        AND median_thought <= $deep_tokens
)

SELECT
    'reasoning_default' AS detector,
    'model' AS subject_kind,
    waste_call.model AS subject,
    waste_call.call_id,
    CASE
        WHEN output_price IS NULL THEN 0
        ELSE least(output_cost, waste_scaled((waste_call.thought_tokens * output_price)::DECIMAL(38,15), level))
    END AS output_cost,
    CASE WHEN median_thought >= 10 * median_visible THEN 'high' ELSE 'medium' END AS confidence
FROM thought
INNER JOIN workload USING (stream, model)
INNER JOIN waste_call ON waste_call.call_id = thought.call_id
WHERE thought.thought_tokens > 0
