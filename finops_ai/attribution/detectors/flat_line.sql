-- detector: flat_line
-- title: Flat-line burn
-- rank: 50
-- finds: A key (or user) of a workflow that calls models at one even rate around the clock for `min_days` days or more, weekends too, and whose workflow never had an outcome, while other workflows have theirs. Even: no hour of the day has less than `even_percent` of the busiest one, or the hours differ no more than twice what chance does.
-- money: All its calls.
-- needs: outcomes
-- advice: Find out who reads what it makes. Call on events instead of a timer, or turn it off; if it has outcomes, send them.
-- confidence: medium; high when finops.yaml names an outcome of the workflow and none came.
-- parameter: min_days = 7 | days from the first to the last call, at least
-- parameter: min_calls_a_day = 20 | calls a day, at least
-- parameter: even_percent = 60 | the quietest hour of the day against the busiest, and the weekend against the week
INSERT INTO waste_claim BY NAME
WITH source AS (
    SELECT call_id, workflow, stream, coalesce(api_key_id, user_id, 'no key') AS subject, api_key_id, at_utc
    FROM waste_call
    WHERE (workflow IS NULL OR workflow NOT IN (SELECT waste_outcome.workflow FROM waste_outcome)) AND outcome_id IS NULL
),

clock AS (
    SELECT stream, subject, hour(at_utc) AS hour_of_day, count(*) AS calls
    FROM source
    GROUP BY ALL
),

calendar AS (
    SELECT stream, subject, at_utc::DATE AS day, count(*) AS calls
    FROM source
    GROUP BY ALL
),

-- chance: the sum of squared differences from the even rate is 24 times that rate by chance alone.
steady AS (
    SELECT stream, subject
    FROM clock
    GROUP BY ALL
    HAVING count(*) = 24
        AND (
            min(calls) * 100 >= $even_percent * max(calls)
            OR (24 * sum(calls * calls) - sum(calls) * sum(calls) <= 2 * 24 * sum(calls) AND sum(calls) >= 480)
        )
),

lasting AS (
    SELECT stream, subject
    FROM calendar
    GROUP BY ALL
    HAVING max(day) - min(day) + 1 >= $min_days
        AND count(*) * 10 >= (max(day) - min(day) + 1) * 9
        AND sum(calls) >= $min_calls_a_day * count(*)
        AND (
            count(*) FILTER (isodow(day) > 5) > 0
            AND coalesce(sum(calls) FILTER (isodow(day) > 5), 0) * count(*) FILTER (isodow(day) <= 5) * 100
            >= $even_percent * coalesce(sum(calls) FILTER (isodow(day) <= 5), 0) * count(*) FILTER (isodow(day) > 5)
        )
)

SELECT
    'flat_line' AS detector,
    CASE WHEN source.api_key_id IS NOT NULL THEN 'key' ELSE 'user' END AS subject_kind,
    source.subject,
    source.call_id,
    waste_call.input_cost,
    waste_call.cache_read_cost,
    waste_call.cache_write_cost,
    waste_call.output_cost,
    CASE WHEN source.workflow IN (SELECT waste_linked.workflow FROM waste_linked) THEN 'high' ELSE 'medium' END AS confidence
FROM source
INNER JOIN steady USING (stream, subject)
INNER JOIN lasting USING (stream, subject)
INNER JOIN waste_call ON waste_call.call_id = source.call_id
