-- Temporary: one row per group, cell and receiver with its amount; total_id numbers what one receiver gets of
-- one group in one currency, which is then split over outcomes.
CREATE OR REPLACE TEMP TABLE receiver_share AS
SELECT
    split_share.group_id,
    split_share.subgroup_id AS cell_id,
    split_share.member_id AS receiver_id,
    split_share.share AS cost,
    dense_rank() OVER (
        ORDER BY split_share.group_id, split_share.member_id, bill_open.billing_currency
    ) AS total_id
FROM split_share
INNER JOIN bill_open ON bill_open.cell_id = split_share.subgroup_id
