-- split: each receiver's total over the outcomes that its calls were made for (0: none).
CREATE OR REPLACE TEMP TABLE split AS
SELECT
    receiver_total.total_id AS group_id,
    0 AS subgroup_id,
    member_use.outcome_ref_id AS member_id,
    member_use.weight,
    receiver_total.cost AS amount
FROM receiver_total
INNER JOIN member_use
    ON member_use.group_id = receiver_total.group_id AND member_use.receiver_id = receiver_total.receiver_id
