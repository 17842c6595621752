-- Temporary: who gets what a receiver was matched with in a cell. Usage without a workflow falls to the workflow that
-- a rule gives its charge, else to the gap unmapped_usage. target_id follows the names.
CREATE OR REPLACE TEMP TABLE matched_target AS
WITH named AS (
    SELECT
        pair.cell_id,
        pair.receiver_id,
        coalesce(receiver.workflow, cell.workflow) AS workflow,
        CASE WHEN receiver.workflow IS NULL THEN cell.rule_ordinal ELSE receiver.rule_ordinal END AS rule_ordinal,
        CASE WHEN receiver.workflow IS NULL AND cell.workflow IS NULL THEN receiver.detail END AS detail
    FROM (SELECT DISTINCT cell_id, receiver_id FROM receiver_share) AS pair
    INNER JOIN receiver ON receiver.receiver_id = pair.receiver_id
    INNER JOIN cell ON cell.month = $month AND cell.cell_id = pair.cell_id
)

SELECT *, dense_rank() OVER (ORDER BY workflow, rule_ordinal, detail) AS target_id
FROM named
