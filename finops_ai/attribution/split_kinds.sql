-- split: the unlinked (part 0) and shared (part 1) cost of each workflow and currency over its outcome kinds, by
-- linked cost, else by attempts. A workflow with one kind gives it all.
CREATE OR REPLACE TEMP TABLE split AS
SELECT
    workflow_id AS group_id,
    currency_id * 2 + part.part AS subgroup_id,
    setting_id AS member_id,
    CASE
        WHEN sum(linked_cost) OVER (PARTITION BY workflow_id, currency_id, part.part) > 0
            THEN amount_units(linked_cost)
        ELSE attempts::HUGEINT
    END AS weight,
    CASE WHEN part.part = 0 THEN unlinked_cost ELSE shared_cost END AS amount
FROM outcome_part
CROSS JOIN (VALUES (0), (1)) AS part (part)
