-- split: each amount of pool_amount over the receivers that get a part of its pool.
CREATE OR REPLACE TEMP TABLE split AS
SELECT
    pool_amount.amount_id AS group_id,
    0 AS subgroup_id,
    pool_weight.member_id,
    pool_weight.weight,
    pool_amount.amount
FROM pool_amount
INNER JOIN pool_weight
    ON pool_weight.pool = pool_amount.pool AND pool_weight.billing_currency = pool_amount.billing_currency
