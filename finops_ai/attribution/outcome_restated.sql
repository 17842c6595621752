-- One row per outcome kind, month of resolution and month of change in which the count of $month changed after it
-- ended, or in which $month carries the adjustment of a closed month. outcomes: -1 for each success taken back, +1 for
-- each that became one. A month that is not closed is restated; a closed one keeps its count, and the adjustment
-- stands in the month of reopening, else in that of the newer resolution or delivery.
WITH state AS (
    SELECT
        o.kind,
        o.outcome_id,
        o.file_id,
        date_trunc('month', o.resolved_at_utc)::DATE AS month,
        date_trunc('month', o.reopened_at_utc)::DATE AS reopened_month,
        date_trunc('month', o.updated_at_utc)::DATE AS updated_month,
        o.status = 'success' AND o.reopened_at_utc IS NULL AS is_success
    FROM outcome AS o
    WHERE $kind IS NULL OR o.kind = $kind
),

adjusted AS (
    SELECT
        state.kind,
        a.month AS resolved_month,
        coalesce(
            state.reopened_month,
            CASE WHEN state.month > a.month THEN state.month END,
            CASE WHEN state.updated_month > a.month THEN state.updated_month END,
            (a.month + INTERVAL 1 MONTH)::DATE
        ) AS changed_month,
        CASE WHEN c.is_success THEN -1 ELSE 1 END AS outcomes
    FROM month_attributed AS a
    SEMI JOIN closed_month ON closed_month.month = a.month
    INNER JOIN state ON state.file_id > a.outcome_file_id
    LEFT JOIN outcome_counted AS c
        ON c.month = a.month AND c.outcome_kind = state.kind AND c.outcome_id = state.outcome_id
    WHERE (c.month IS NOT NULL OR state.month = a.month)
        AND coalesce(c.is_success, false) <> (state.is_success AND state.month = a.month)
)

SELECT
    kind,
    resolved_month,
    changed_month,
    true AS is_closed,
    sum(outcomes)::BIGINT AS outcomes
FROM adjusted
WHERE resolved_month = $month OR changed_month = $month
GROUP BY kind, resolved_month, changed_month, outcomes
UNION ALL
SELECT kind, state.month, reopened_month, false, -count(*)
FROM state
ANTI JOIN closed_month ON closed_month.month = state.month
SEMI JOIN (SELECT DISTINCT kind FROM outcome_cost WHERE month = $month) AS counted ON counted.kind = state.kind
WHERE state.month = $month AND reopened_month > state.month
GROUP BY kind, state.month, reopened_month
ORDER BY resolved_month, kind, changed_month, outcomes
