-- One row per month, outcome kind, workflow and currency, of $month and $before. Costs unrounded.
SELECT
    month,
    kind,
    workflow,
    billing_currency AS currency,
    attempts,
    successes,
    linked_cost AS linked,
    unlinked_cost AS unlinked,
    shared_cost AS shared,
    gap_cost AS gap,
    attributed_cost_per_success AS attributed_per_success,
    loaded_cost_per_success AS loaded_per_success,
    ceiling_cost_per_success AS ceiling_per_success
FROM outcome_cost
WHERE month IN ($month, $before)
ORDER BY month, kind, workflow, currency
