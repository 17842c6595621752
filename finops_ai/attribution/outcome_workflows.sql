-- One row per workflow with outcome kinds and currency of $month, all its kinds together. Costs unrounded.
WITH used AS (
    SELECT workflow, sum(calls)::DECIMAL(38,15) AS calls, sum(tokens)::DECIMAL(38,15) AS tokens
    FROM outcome_usage
    WHERE month = $month AND ($kind IS NULL OR outcome_kind = $kind)
    GROUP BY workflow
),

summed AS (
    SELECT
        workflow,
        billing_currency,
        count(*) AS kinds,
        sum(attempts)::BIGINT AS attempts,
        sum(successes)::BIGINT AS successes,
        sum(linked_cost)::DECIMAL(38,15) AS linked_cost,
        sum(unlinked_cost)::DECIMAL(38,15) AS unlinked_cost,
        sum(shared_cost)::DECIMAL(38,15) AS shared_cost
    FROM outcome_cost
    WHERE month = $month
        AND ($kind IS NULL OR kind = $kind)
        AND ($workflow IS NULL OR workflow = $workflow)
    GROUP BY workflow, billing_currency
)

SELECT
    summed.workflow,
    billing_currency AS currency,
    kinds,
    attempts,
    successes,
    coalesce(used.calls, 0)::DECIMAL(38,15) AS calls,
    nullif(linked_cost, 0) AS linked_cost,
    CASE WHEN linked_cost + unlinked_cost + shared_cost <> 0 THEN unlinked_cost END AS unlinked_cost,
    CASE WHEN linked_cost + unlinked_cost + shared_cost <> 0 THEN shared_cost END AS shared_cost,
    amount_share(linked_cost, (linked_cost + unlinked_cost)::DECIMAL(38,15)) AS matched_share,
    amount_per(nullif(linked_cost, 0), successes) AS attributed_per_success,
    amount_per(
        nullif((linked_cost + unlinked_cost + shared_cost)::DECIMAL(38,15), 0), successes
    ) AS loaded_per_success
FROM summed
LEFT JOIN used ON used.workflow = summed.workflow
ORDER BY summed.workflow, billing_currency
