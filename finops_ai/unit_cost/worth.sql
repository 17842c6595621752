-- One row per outcome kind, workflow and currency of $month: its cost and outcomes, and what its successes themselves
-- say of their worth: money in the currency of the bill (in another one: counted only) and human minutes saved.
-- A reopened outcome is no success and is worth nothing; a closed month keeps what it counted.
WITH known AS (
    SELECT outcome_kind, outcome_id, bool_or(is_success) AS is_success
    FROM outcome_counted
    WHERE month = $month
    GROUP BY outcome_kind, outcome_id
),

told AS (
    SELECT
        o.kind,
        stated.workflow AS stated_workflow,
        o.value,
        o.value_currency,
        o.human_minutes_saved
    FROM outcome AS o
    LEFT JOIN (SELECT DISTINCT kind, workflow FROM outcome_month WHERE month = $month) AS stated
        ON stated.kind = o.kind AND stated.workflow = o.workflow_hint
    LEFT JOIN known ON known.outcome_kind = o.kind AND known.outcome_id = o.outcome_id
    WHERE o.resolved_at_utc >= $start_utc
        AND o.resolved_at_utc < $end_utc
        AND coalesce(known.is_success, o.status = 'success' AND o.reopened_at_utc IS NULL)
)

SELECT
    pair.kind,
    pair.workflow,
    pair.billing_currency AS currency,
    pair.attempts,
    pair.successes,
    (pair.linked_cost + pair.unlinked_cost + pair.shared_cost)::DECIMAL(38,15) AS cost,
    count(told.value) FILTER (WHERE coalesce(told.value_currency, pair.billing_currency) = pair.billing_currency)
    AS valued,
    coalesce(
        sum(told.value) FILTER (WHERE coalesce(told.value_currency, pair.billing_currency) = pair.billing_currency), 0
    )::DECIMAL(38,15) AS value,
    count(told.value) FILTER (WHERE told.value_currency <> pair.billing_currency) AS valued_elsewhere,
    count(told.human_minutes_saved) AS timed,
    coalesce(sum(told.human_minutes_saved), 0)::DECIMAL(38,15) AS minutes
FROM outcome_month AS pair
LEFT JOIN told
    ON told.kind = pair.kind AND (told.stated_workflow IS NULL OR told.stated_workflow = pair.workflow)
WHERE pair.month = $month
GROUP BY ALL
ORDER BY pair.kind, pair.workflow, pair.billing_currency
