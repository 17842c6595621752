-- split: the matched amount of each group and cell over the group's receivers.
CREATE OR REPLACE TEMP TABLE split AS
WITH receiving AS (
    SELECT group_id, receiver_id, sum(weight) AS weight
    FROM member_use
    GROUP BY group_id, receiver_id
)

SELECT
    matched_bill.group_id,
    matched_bill.cell_id AS subgroup_id,
    receiving.receiver_id AS member_id,
    receiving.weight,
    matched_bill.amount
FROM matched_bill
INNER JOIN receiving ON receiving.group_id = matched_bill.group_id
