-- One row per cell of pass $pass: table matched_bill. What split_bill.sql left out is matched whole.
INSERT INTO matched_bill
SELECT match_group.group_id, pass_bill.cell_id, split_share.share
FROM split_share
INNER JOIN pass_bill ON pass_bill.cell_id = split_share.group_id
INNER JOIN match_group ON match_group.pass = $pass AND match_group.key = pass_bill.key
WHERE split_share.subgroup_id = 0 AND split_share.member_id = 0
UNION ALL
SELECT match_group.group_id, pass_bill.cell_id, pass_bill.amount
FROM pass_bill
INNER JOIN match_group ON match_group.pass = $pass AND match_group.key = pass_bill.key
WHERE match_group.rest_weight = 0
    AND match_group.matched_weight > 0
    AND (has_quantity OR billing_currency = list_currency)
