-- detector: zombie_workflow
-- title: Zombie workflows
-- rank: 40
-- finds: A workflow that had `min_outcomes` outcomes or more, has had none for `min_days` days and for `times` times its longest pause, and goes on calling models, while outcomes of other workflows arrive.
-- money: All calls of the workflow after its last outcome.
-- needs: outcomes
-- advice: Ask its owner; turn it off, or send its outcomes if it still has some.
-- confidence: high when the silence lasts twice as long as it must, else medium.
-- parameter: min_days = 10 | days without an outcome, at least
-- parameter: times = 3 | and so many times the workflow's longest pause before
-- parameter: min_outcomes = 5 | outcomes that it had before, at least
-- parameter: min_calls = 20 | calls since the last outcome, at least
INSERT INTO waste_claim BY NAME
WITH pause AS (
    SELECT
        workflow,
        resolved_at_utc,
        date_diff('second', lag(resolved_at_utc) OVER (PARTITION BY workflow ORDER BY resolved_at_utc), resolved_at_utc) AS pause_s
    FROM waste_outcome
),

known AS (
    SELECT workflow, count(*) AS outcomes, max(resolved_at_utc) AS last_utc, max(pause_s) AS longest_pause_s
    FROM pause
    GROUP BY workflow
    HAVING count(*) >= $min_outcomes
),

-- Silence is measured as far as outcomes of other workflows, and calls of this one, arrive.
silent AS (
    SELECT
        known.workflow,
        known.last_utc,
        date_diff('second', known.last_utc, least(max(other.resolved_at_utc), calls.last_call_utc)) AS silence_s,
        greatest($min_days * 86400, $times * known.longest_pause_s) AS limit_s
    FROM known
    INNER JOIN waste_outcome AS other ON other.workflow <> known.workflow
    INNER JOIN (
        SELECT workflow, max(at_utc) AS last_call_utc FROM waste_call GROUP BY workflow
    ) AS calls ON calls.workflow = known.workflow
    GROUP BY known.workflow, known.last_utc, known.longest_pause_s, calls.last_call_utc
)

SELECT
    'zombie_workflow' AS detector,
    'workflow' AS subject_kind,
    waste_call.workflow AS subject,
    call_id,
    input_cost,
    cache_read_cost,
    cache_write_cost,
    output_cost,
    CASE WHEN silence_s >= 2 * limit_s THEN 'high' ELSE 'medium' END AS confidence
FROM waste_call
INNER JOIN silent ON silent.workflow = waste_call.workflow AND waste_call.at_utc > silent.last_utc
WHERE silence_s >= limit_s
QUALIFY count(*) OVER (PARTITION BY waste_call.workflow) >= $min_calls
