-- split: the amount of each pool_transfer cell over the workflows that receive a part.
CREATE OR REPLACE TEMP TABLE split AS
SELECT
    pool_amount.cell_id AS group_id,
    0 AS subgroup_id,
    pool_weight.member_id,
    pool_weight.weight,
    pool_amount.amount
FROM pool_amount
INNER JOIN pool_weight
    ON pool_weight.pool = pool_amount.pool AND pool_weight.billing_currency = pool_amount.billing_currency
