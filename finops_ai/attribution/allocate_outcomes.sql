-- One row per outcome kind, workflow and currency of $month: table outcome_month. Costs per success are
-- rounded toward zero at the 15th decimal and NULL without any success. Where no billed call was linked to the
-- kind, its attributed cost is unknown, and so are the others where no billed money belongs to it: NULL, not zero.
INSERT INTO outcome_month
WITH loaded AS (
    SELECT
        outcome_part.*,
        unlinked.share AS kind_unlinked_cost,
        shared.share AS kind_shared_cost,
        (linked_cost + unlinked.share + shared.share)::DECIMAL(38,15) AS loaded_cost
    FROM outcome_part
    INNER JOIN split_share AS unlinked
        ON unlinked.subgroup_id = currency_id * 2 AND unlinked.member_id = setting_id
    INNER JOIN split_share AS shared
        ON shared.subgroup_id = currency_id * 2 + 1 AND shared.member_id = setting_id
)

SELECT
    $month,
    kind,
    workflow,
    billing_currency,
    attempts,
    successes,
    linked_cost,
    kind_unlinked_cost,
    kind_shared_cost,
    gap_cost,
    CASE WHEN linked_cost <> 0 THEN amount_per(linked_cost, successes) END,
    CASE WHEN loaded_cost <> 0 THEN amount_per(loaded_cost, successes) END,
    CASE WHEN loaded_cost + gap_cost <> 0 THEN amount_per((loaded_cost + gap_cost)::DECIMAL(38,15), successes) END
FROM loaded
ORDER BY kind, workflow, billing_currency
