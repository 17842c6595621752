-- One row per cell of $month and key that it was matched by: table cell_match. $matched_by holds the key of each
-- pass in words; amount in billing_currency.
INSERT INTO cell_match
SELECT
    $month,
    matched_bill.cell_id,
    list_extract($matched_by, match_group.pass + 1) AS matched_by,
    sum(matched_bill.amount)::DECIMAL(38,15)
FROM matched_bill
INNER JOIN match_group ON match_group.group_id = matched_bill.group_id
GROUP BY matched_bill.cell_id, match_group.pass
HAVING sum(matched_bill.amount) <> 0
ORDER BY matched_bill.cell_id, match_group.pass
