-- detector: duplicate_request
-- title: Duplicate requests
-- rank: 30
-- finds: A request that was answered already, at most `window_minutes` before: the same workflow and model, exactly as many prompt and answer tokens, where chance would give less than one such pair in `one_in` (from how often the workflow has these sizes, and how many calls it or this user made meanwhile), and where the workflow has `times_chance` times as many such pairs as chance would give. Calls tagged with one `prompt_hash` need no such proof; a session that gets several answers to one prompt size is drafting.
-- money: The repeated calls, not the first.
-- needs: calls
-- advice: Keep answers in a cache for as long as they hold, give each request an idempotency key, and look for jobs that run twice.
-- confidence: high with an equal prompt_hash or a chance below a hundredth of the limit, else medium.
-- parameter: window_minutes = 60 | how long after the first call, at most
-- parameter: one_in = 200 | chance of an accidental pair, one in so many at most
-- parameter: times_chance = 10 | repeated calls, against what chance alone would give, at least (likewise)
-- parameter: min_pairs = 3 | repeated calls of a workflow and model, at least (not asked of equal hashes)
-- parameter: storm_calls = 4 | a chain of so many within two minutes each is a retry storm, not a duplicate
INSERT INTO waste_claim BY NAME
WITH answered AS (
    SELECT
        call_id,
        hash(stream, model) AS workload,
        at_utc,
        prompt_tokens,
        answer_tokens,
        hash(actor) AS actor,
        thread_id IS NOT NULL AS has_thread,
        prompt_hash,
        date_trunc('hour', at_utc) AS hour_utc
    FROM waste_call
    WHERE NOT is_failed AND prompt_tokens > 0
),

asked_size AS (
    SELECT workload, prompt_tokens, count(*) - 1 AS others FROM answered GROUP BY ALL
),

answer_size AS (
    SELECT workload, answer_tokens, count(*) - 1 AS others FROM answered GROUP BY ALL
),

whole AS (
    SELECT
        workload,
        count(*) AS calls,
        quantile_disc(asked_size.others, 0.9) AS usual_asked,
        quantile_disc(answer_size.others, 0.9) AS usual_answer
    FROM answered
    INNER JOIN asked_size USING (workload, prompt_tokens)
    INNER JOIN answer_size USING (workload, answer_tokens)
    GROUP BY ALL
),

busy AS (
    SELECT workload, actor, hour_utc, count(*) AS calls FROM answered GROUP BY ALL
),

busy_stream AS (
    SELECT workload, hour_utc, sum(calls)::BIGINT AS calls FROM busy GROUP BY ALL
),

-- Several answers to one prompt size of one caller: drafts of the same request, whose sizes may meet by chance.
pair AS (
    SELECT
        workload,
        actor,
        prompt_tokens,
        answer_tokens,
        sum(count(*)) OVER (PARTITION BY workload, actor, prompt_tokens) - count(*) AS other_answers
    FROM answered
    GROUP BY workload, actor, prompt_tokens, answer_tokens
),

paired AS (
    SELECT
        *,
        date_diff('millisecond', lag(at_utc) OVER pairs, at_utc) AS gap_ms,
        lag(actor) OVER pairs AS last_actor,
        lag(prompt_hash) OVER pairs AS last_hash
    FROM answered
    WINDOW pairs AS (PARTITION BY workload, prompt_tokens, answer_tokens ORDER BY at_utc, call_id)
),

-- Chains of calls two minutes apart at most: a long one is a storm, or drafts.
chained AS (
    SELECT
        *,
        count(*) FILTER (gap_ms IS NULL OR gap_ms > 120000) OVER (
            PARTITION BY workload, prompt_tokens, answer_tokens ORDER BY at_utc, call_id ROWS UNBOUNDED PRECEDING
        ) AS chain
    FROM paired
),

chain AS (
    SELECT workload, prompt_tokens, answer_tokens, chain, count(*) AS calls
    FROM chained
    GROUP BY ALL
),

-- Pairs expected by chance for a call, times its workload's calls squared: calls meanwhile x share of the prompt size
-- x share of the answer size; among answers to one prompt size, those answers x share of the answer size.
chance AS (
    SELECT
        chained.* EXCLUDE (at_utc, hour_utc, chain),
        chain.calls AS chain_calls,
        chained.has_thread AND pair.other_answers >= 2 AS is_draft,
        whole.calls::HUGEINT * whole.calls AS one,
        least(answer_size.others, greatest(whole.usual_answer, 1))::HUGEINT
        * greatest(
            least(asked_size.others, greatest(whole.usual_asked, 1))
            * CASE
                WHEN chained.actor IS NOT DISTINCT FROM chained.last_actor
                    THEN now_actor.calls + coalesce(past_actor.calls, 0)
                ELSE now_stream.calls + coalesce(past_stream.calls, 0)
            END,
            CASE WHEN chained.actor = chained.last_actor THEN whole.calls * pair.other_answers ELSE 0 END
        ) AS pairs
    FROM chained
    INNER JOIN chain USING (workload, prompt_tokens, answer_tokens, chain)
    INNER JOIN whole USING (workload)
    INNER JOIN asked_size USING (workload, prompt_tokens)
    INNER JOIN answer_size USING (workload, answer_tokens)
    INNER JOIN pair USING (workload, actor, prompt_tokens, answer_tokens)
    INNER JOIN busy AS now_actor USING (workload, actor, hour_utc)
    INNER JOIN busy_stream AS now_stream USING (workload, hour_utc)
    LEFT JOIN busy AS past_actor
        ON past_actor.workload = chained.workload
        AND past_actor.actor = chained.actor
        AND past_actor.hour_utc = chained.hour_utc - INTERVAL 1 HOUR
    LEFT JOIN busy_stream AS past_stream
        ON past_stream.workload = chained.workload
        AND past_stream.hour_utc = chained.hour_utc - INTERVAL 1 HOUR
),

judged AS (
    SELECT
        *,
        gap_ms <= $window_minutes * 60000 AND chain_calls < $storm_calls AND NOT is_draft AS is_again,
        coalesce(prompt_hash = last_hash, false) AS is_same_hash,
        pairs * $one_in <= one AND (prompt_hash IS NULL OR last_hash IS NULL) AS is_rare,
        pairs * $one_in * 100 <= one AS is_certain
    FROM chance
),

-- What chance alone would give among the workload's rare pairs, in pairs per calls squared.
expected AS (
    SELECT
        workload,
        sum(pairs) FILTER (is_rare) AS pairs,
        max(one) AS one,
        count(*) FILTER (is_again AND is_rare) AS found
    FROM judged
    GROUP BY workload
),

repeated AS (
    SELECT judged.*
    FROM judged
    INNER JOIN expected USING (workload)
    WHERE judged.is_again
        AND (
            judged.is_same_hash
            OR (judged.is_rare AND found >= $min_pairs AND found * expected.one >= $times_chance * expected.pairs)
        )
)

SELECT
    'duplicate_request' AS detector,
    'model' AS subject_kind,
    waste_call.model AS subject,
    repeated.call_id,
    waste_call.input_cost,
    waste_call.cache_read_cost,
    waste_call.cache_write_cost,
    waste_call.output_cost,
    CASE WHEN is_same_hash OR is_certain THEN 'high' ELSE 'medium' END AS confidence
FROM repeated
INNER JOIN waste_call ON waste_call.call_id = repeated.call_id
