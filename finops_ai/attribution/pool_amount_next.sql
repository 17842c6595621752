-- pool_amount of the next step: one row for each part that the step before gave to another pool or team, which gives it
-- on in the same cell. Where that one has no receiver the money has arrived.
CREATE OR REPLACE TEMP TABLE pool_amount AS
SELECT
    row_number() OVER (ORDER BY pool_amount.cell_id, pool_weight.receiver_pool, pool_amount.pool, pool_amount.amount_id)
        AS amount_id,
    pool_amount.cell_id,
    pool_weight.receiver_pool AS pool,
    pool_amount.billing_currency,
    split_share.share AS amount,
    pool_amount.pool AS giver
FROM split_share
INNER JOIN pool_amount ON pool_amount.amount_id = split_share.group_id
INNER JOIN pool_weight
    ON pool_weight.pool = pool_amount.pool
    AND pool_weight.billing_currency = pool_amount.billing_currency
    AND pool_weight.member_id = split_share.member_id
SEMI JOIN pool_weight AS further
    ON further.pool = pool_weight.receiver_pool AND further.billing_currency = pool_amount.billing_currency
WHERE pool_weight.receiver_pool IS NOT NULL
