-- One row per workflow, currency and month from $first to $last: its direct and shared cost, the calls of its
-- logs and the outcomes that it reached.
WITH reached AS (
    SELECT month, workflow, sum(successes)::BIGINT AS successes, sum(attempts)::BIGINT AS attempts
    FROM (SELECT DISTINCT month, kind, workflow, attempts, successes FROM outcome_month)
    GROUP BY month, workflow
)

SELECT
    w.month,
    w.workflow,
    w.billing_currency AS currency,
    w.direct_cost,
    w.shared_cost,
    w.calls,
    coalesce(reached.attempts, 0) AS attempts,
    coalesce(reached.successes, 0) AS successes
FROM workflow_month AS w
LEFT JOIN reached ON reached.month = w.month AND reached.workflow = w.workflow
WHERE w.month >= $first AND w.month <= $last
ORDER BY w.workflow, w.billing_currency, w.month
