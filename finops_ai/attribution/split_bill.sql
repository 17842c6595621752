-- split: each cell of pass $pass into matched (member 0) and rest (member 1): subgroup 0 its amount, 1 its
-- quantity. A cell in another currency than the list price takes part only where quantities decide. A cell that is
-- explained whole needs no division and is left out: see matched_bill.sql and bill_rest.sql.
CREATE OR REPLACE TEMP TABLE split AS
SELECT
    pass_bill.cell_id AS group_id,
    part.subgroup_id,
    part.member_id,
    CASE WHEN part.member_id = 0 THEN matched_weight ELSE rest_weight END AS weight,
    CASE WHEN part.subgroup_id = 0 THEN pass_bill.amount ELSE pass_bill.quantity END AS amount
FROM pass_bill
INNER JOIN match_group ON match_group.pass = $pass AND match_group.key = pass_bill.key
CROSS JOIN (VALUES (0, 0), (0, 1), (1, 0), (1, 1)) AS part (subgroup_id, member_id)
WHERE (rest_weight > 0 OR matched_weight = 0)
    AND (has_quantity OR billing_currency = list_currency)
    AND (part.subgroup_id = 0 OR has_quantity)
