-- One row per outcome kind, workflow and currency of $month, unrounded; linked_share is the linked fraction
-- of its direct cost.
SELECT
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
    ceiling_cost_per_success AS ceiling_per_success,
    amount_share(linked_cost, (linked_cost + unlinked_cost)::DECIMAL(38,15)) AS linked_share
FROM outcome_cost
WHERE month = $month
ORDER BY kind, workflow, currency
