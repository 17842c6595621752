-- Rows of allocation_row that move a pool's money: one negative line for each amount, and its shares, which add up to
-- it exactly. A share of another pool or team stands there as its source until that one's negative line, and names the
-- pool that gives as detail. What nobody used of a commitment is a gap.
INSERT INTO allocation_row
WITH line AS (
    SELECT cell_id, pool, 'pool_source' AS kind, NULL AS workflow, NULL AS cause, giver AS detail, -amount AS cost
    FROM pool_amount
    UNION ALL
    SELECT
        pool_amount.cell_id,
        coalesce(pool_weight.receiver_pool, pool_amount.pool),
        CASE
            WHEN pool_weight.receiver_pool IS NOT NULL THEN 'pool_source'
            WHEN pool_weight.cause IS NULL THEN 'pool_share'
            ELSE 'gap'
        END,
        pool_weight.workflow,
        pool_weight.cause,
        CASE
            WHEN pool_weight.receiver_pool IS NOT NULL OR pool_weight.cause IS NOT NULL THEN pool_amount.pool
        END,
        split_share.share
    FROM split_share
    INNER JOIN pool_amount ON pool_amount.amount_id = split_share.group_id
    INNER JOIN pool_weight
        ON pool_weight.pool = pool_amount.pool
        AND pool_weight.billing_currency = pool_amount.billing_currency
        AND pool_weight.member_id = split_share.member_id
)

SELECT
    $month,
    cell_id,
    'allocated',
    kind,
    workflow,
    registered_workflow.team,
    pool,
    cause,
    detail,
    NULL,
    NULL,
    NULL,
    0,
    cost
FROM line
LEFT JOIN registered_workflow ON registered_workflow.name = line.workflow
ORDER BY cell_id, kind, workflow, cause, pool, detail, cost
