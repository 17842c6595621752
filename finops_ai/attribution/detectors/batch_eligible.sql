-- detector: batch_eligible
-- title: Batch-eligible traffic at interactive price
-- rank: 120
-- finds: Calls of a workflow and key to a model that run in bursts for nobody who waits: `burst_percent` of them in hours with `min_burst` calls or more, those hours at most `hours_percent` of the time, for no user or a single one, in no session (unless a session is a whole burst), though the model has a batch price.
-- money: What the calls cost above the batch prices of the same tokens.
-- needs: calls
-- advice: Send this job through the provider's batch interface, if its answers may take up to a day.
-- confidence: medium; high when the bursts come at the same hours on three days or more.
-- parameter: min_burst = 50 | calls of an hour that make it a burst
-- parameter: burst_percent = 90 | calls that fall in bursts, at least
-- parameter: hours_percent = 25 | hours with bursts, of the hours from the first to the last day, at most
INSERT INTO waste_claim BY NAME
WITH plain AS (
    SELECT
        call_id,
        stream,
        coalesce(api_key_id, 'no key') AS key,
        model,
        user_id,
        date_trunc('hour', at_utc) AS hour_utc
    FROM waste_call
    WHERE service_tier = 'standard' AND is_priced AND batch_output_price IS NOT NULL AND (thread_calls < 3 OR thread_calls >= $min_burst)
),

hourly AS (
    SELECT stream, key, model, hour_utc, count(*) AS calls
    FROM plain
    GROUP BY ALL
),

users AS (
    SELECT stream, key, model, approx_count_distinct(user_id) AS users
    FROM plain
    GROUP BY ALL
),

job AS (
    SELECT
        stream,
        key,
        model,
        count(DISTINCT hour_utc::DATE) FILTER (calls >= $min_burst) AS days,
        count(DISTINCT hour(hour_utc)) FILTER (calls >= $min_burst) AS clock_hours
    FROM hourly
    GROUP BY ALL
    HAVING coalesce(sum(calls) FILTER (calls >= $min_burst), 0) * 100 >= $burst_percent * sum(calls)
        AND count(*) FILTER (calls >= $min_burst) * 100
        <= $hours_percent * 24 * (max(hour_utc::DATE) - min(hour_utc::DATE) + 1)
)

SELECT
    'batch_eligible' AS detector,
    'key' AS subject_kind,
    plain.key AS subject,
    plain.call_id,
    waste_saved(input_cost, waste_call.input_tokens, batch_input_price, level) AS input_cost,
    coalesce(waste_saved(cache_read_cost, waste_call.cache_read_tokens, batch_cache_read_price, level), 0) AS cache_read_cost,
    waste_saved(output_cost, waste_call.answer_tokens, batch_output_price, level) AS output_cost,
    CASE WHEN days >= 3 AND clock_hours <= 6 THEN 'high' ELSE 'medium' END AS confidence
FROM plain
INNER JOIN job USING (stream, key, model)
INNER JOIN users USING (stream, key, model)
INNER JOIN waste_call ON waste_call.call_id = plain.call_id
WHERE users.users <= 1 AND batch_input_price IS NOT NULL
