-- What pass $pass leaves open of its cells. A cell whose money can only be compared with a list price in
-- another currency is refused for good.
UPDATE bill_open
SET
    amount = left_over.amount,
    quantity = left_over.quantity,
    is_matched = true,
    refused_cause = left_over.cause,
    is_open = left_over.cause IS NULL AND (left_over.amount <> 0 OR coalesce(left_over.quantity, 0) > 0)
FROM (
    SELECT
        pass_bill.cell_id,
        CASE
            WHEN NOT has_quantity AND billing_currency <> list_currency THEN pass_bill.amount
            WHEN rest_weight = 0 AND matched_weight > 0 THEN 0
            ELSE money.share
        END AS amount,
        CASE WHEN tokens.share > 0 THEN tokens.share END AS quantity,
        CASE WHEN NOT has_quantity AND billing_currency <> list_currency THEN 'currency' END AS cause
    FROM pass_bill
    INNER JOIN match_group ON match_group.pass = $pass AND match_group.key = pass_bill.key
    LEFT JOIN split_share AS money
        ON money.group_id = pass_bill.cell_id AND money.subgroup_id = 0 AND money.member_id = 1
    LEFT JOIN split_share AS tokens
        ON tokens.group_id = pass_bill.cell_id AND tokens.subgroup_id = 1 AND tokens.member_id = 1
) AS left_over
WHERE left_over.cell_id = bill_open.cell_id
