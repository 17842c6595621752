-- detector: premium_model
-- title: Premium model where a cheaper one serves the same workflow
-- rank: 110
-- finds: Calls of a workflow to a model that costs `times` times another which serves the same workflow at the same time: that one has `min_calls` calls and `min_percent` of the two, does not fail more often, and gets the same work, since the median prompt and answer of each lies in the middle (20 to 80 %) of the other's. A call that repeats one of the cheaper model in its session is an escalation and left alone.
-- money: What the calls cost above the cheaper model's list prices for the same tokens.
-- needs: workflows
-- advice: Send this work to the cheaper model, keep the dear one for what it fails at, and compare the outcomes.
-- confidence: medium; high when the cheaper model serves at least half of the calls.
-- parameter: times = 3 | input and output price of the dear model against the cheap one, at least
-- parameter: min_calls = 50 | calls of the cheaper model, at least
-- parameter: min_dear = 10 | calls of the dear model that are left, at least
-- parameter: min_percent = 20 | the cheaper model's share of the calls of both, at least
INSERT INTO waste_claim BY NAME
WITH served AS (
    SELECT
        workflow,
        model,
        max(currency) AS currency,
        count(*) AS calls,
        count(*) FILTER (is_failed) AS failures,
        min(at_utc) AS first_at_utc,
        max(at_utc) AS last_at_utc,
        quantile_disc(prompt_tokens, [0.2, 0.5, 0.8]) FILTER (NOT is_failed) AS prompt,
        quantile_disc(answer_tokens - thought_tokens, [0.2, 0.5, 0.8]) FILTER (NOT is_failed) AS answer,
        min(base_input_price) AS input_price,
        min(base_output_price) AS output_price,
        coalesce(min(base_cache_read_price), min(base_input_price)) AS cache_read_price
    FROM waste_call
    WHERE workflow IS NOT NULL AND is_priced
    GROUP BY ALL
    HAVING count(DISTINCT currency) = 1
),

replaceable AS (
    SELECT
        dear.workflow,
        dear.model,
        cheap.model AS cheap_model,
        cheap.calls AS cheap_calls,
        dear.calls AS dear_calls,
        cheap.first_at_utc,
        cheap.last_at_utc,
        cheap.input_price,
        cheap.output_price,
        cheap.cache_read_price
    FROM served AS dear
    INNER JOIN served AS cheap
        ON cheap.workflow = dear.workflow
        AND cheap.currency = dear.currency
        AND cheap.input_price * $times <= dear.input_price
        AND cheap.output_price * $times <= dear.output_price
        AND cheap.calls >= $min_calls
        AND cheap.calls * 100 >= $min_percent * (cheap.calls + dear.calls)
        AND cheap.failures * 100 * dear.calls <= (dear.failures * 100 + 2 * dear.calls) * cheap.calls
        AND dear.prompt[2] BETWEEN cheap.prompt[1] AND cheap.prompt[3]
        AND cheap.prompt[2] BETWEEN dear.prompt[1] AND dear.prompt[3]
        AND dear.answer[2] BETWEEN cheap.answer[1] AND cheap.answer[3]
        AND cheap.answer[2] BETWEEN dear.answer[1] AND dear.answer[3]
    QUALIFY row_number() OVER (PARTITION BY dear.workflow, dear.model ORDER BY cheap.output_price, cheap.model) = 1
),

told AS (
    SELECT
        call_id,
        workflow,
        model,
        lag(model) OVER turns AS last_model,
        lag(prompt_tokens) OVER turns AS last_tokens
    FROM waste_call
    WHERE workflow IN (SELECT replaceable.workflow FROM replaceable)
    WINDOW turns AS (PARTITION BY workflow, coalesce(thread, call_id::VARCHAR) ORDER BY at_utc, call_id)
)

SELECT
    'premium_model' AS detector,
    'model' AS subject_kind,
    waste_call.model || ' instead of ' || cheap_model AS subject,
    waste_call.call_id,
    waste_saved(input_cost, waste_call.input_tokens, replaceable.input_price, level) AS input_cost,
    waste_saved(cache_read_cost, waste_call.cache_read_tokens, replaceable.cache_read_price, level) AS cache_read_cost,
    waste_saved(output_cost, waste_call.answer_tokens, replaceable.output_price, level) AS output_cost,
    CASE WHEN cheap_calls >= dear_calls THEN 'high' ELSE 'medium' END AS confidence
FROM told
INNER JOIN replaceable ON replaceable.workflow = told.workflow AND replaceable.model = told.model
INNER JOIN waste_call ON waste_call.call_id = told.call_id
WHERE waste_call.at_utc BETWEEN replaceable.first_at_utc AND replaceable.last_at_utc
    AND NOT (
        told.last_model IS NOT DISTINCT FROM cheap_model
        AND abs(waste_call.prompt_tokens - told.last_tokens) <= greatest(told.last_tokens // 10, 100)
    )
QUALIFY count(*) OVER (PARTITION BY waste_call.workflow, waste_call.model) >= $min_dear
