-- detector: missed_cache
-- title: Missed prompt cache
-- rank: 80
-- finds: A workflow that sends one model `min_calls` prompts or more which begin alike and never meet its prompt cache: 98 of 100 are longer than `min_prefix_tokens` and than `prefix_percent` of the median, `in_time_percent` of them follow another within `ttl_minutes`, and next to nothing was read from or written to a cache, though the model has a price for it. Sessions that reload one large context are left to context reload.
-- money: For each call that follows another in time: the tokens that all prompts share, at the price of uncached input less that of a cache read.
-- needs: calls
-- advice: Put instructions, tools and examples first and what changes last, take times and ids out of the beginning, and turn the prompt cache on.
-- confidence: medium: the log holds no text, so that equal beginnings are read from sizes; high when the shared part is 85 % of the median.
-- parameter: min_calls = 100 | calls of the workflow to the model, at least
-- parameter: min_prefix_tokens = 1024 | tokens that all prompts share, at least
-- parameter: prefix_percent = 65 | what all prompts share, in percent of the median prompt
-- parameter: ttl_minutes = 5 | minutes that a cache entry lives
-- parameter: in_time_percent = 40 | calls that follow another in time, at least: below 22 % a cache costs more than it saves
-- parameter: session_tokens = 10000 | sessions of four such prompts or more, all of about one size, are left to context reload
INSERT INTO waste_claim BY NAME
WITH reloading AS (
    SELECT thread_id
    FROM waste_call
    WHERE thread_id IS NOT NULL AND prompt_tokens >= $session_tokens
    GROUP BY thread_id
    HAVING count(*) >= 4 AND max(prompt_tokens) * 2 <= 3 * min(prompt_tokens)
),

asked AS (
    SELECT
        call_id,
        stream,
        provider,
        model,
        at_utc,
        prompt_tokens,
        cache_read_tokens,
        written_tokens,
        input_price > cache_read_price AS has_cache,
        at_utc - lag(at_utc) OVER (PARTITION BY stream, provider, model ORDER BY at_utc, call_id) AS gap
    FROM waste_call
    WHERE NOT is_failed
        AND NOT is_split_unknown
        AND is_priced
        AND service_tier <> 'batch'
        AND (thread_id IS NULL OR thread_id NOT IN (SELECT reloading.thread_id FROM reloading))
),

workload AS (
    SELECT
        stream,
        provider,
        model,
        quantile_disc(prompt_tokens, 0.02) AS prefix_tokens,
        quantile_disc(prompt_tokens, 0.5) AS median_tokens
    FROM asked
    GROUP BY ALL
    HAVING count(*) >= $min_calls
        AND bool_or(has_cache)
        AND (sum(cache_read_tokens) + sum(written_tokens)) * 50 <= sum(prompt_tokens)
        AND count(*) FILTER (gap <= to_minutes($ttl_minutes)) * 100 >= $in_time_percent * count(*)
        AND prefix_tokens >= $min_prefix_tokens
        AND prefix_tokens * 100 >= $prefix_percent * median_tokens
)

SELECT
    'missed_cache' AS detector,
    'model' AS subject_kind,
    waste_call.model AS subject,
    waste_call.call_id,
    CASE
        WHEN asked.gap IS NULL OR asked.gap > to_minutes($ttl_minutes) OR cache_read_price IS NULL THEN 0
        ELSE least(
            input_cost,
            waste_scaled(
                (least(waste_call.input_tokens, prefix_tokens) * greatest(input_price - cache_read_price, 0))::DECIMAL(38,15),
                level
            )
        )
    END AS input_cost,
    CASE WHEN prefix_tokens * 100 >= 85 * median_tokens THEN 'high' ELSE 'medium' END AS confidence
FROM asked
INNER JOIN workload USING (stream, provider, model)
INNER JOIN waste_call ON waste_call.call_id = asked.call_id
WHERE asked.prompt_tokens >= prefix_tokens
