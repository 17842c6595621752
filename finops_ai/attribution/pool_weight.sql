-- Temporary: one row per pool, currency and receiver (a workflow, or receiver_pool) that gets a part, with its weight above
-- zero. Pools that name no receiver have every workflow with usage or direct cost in $month. A pool or team weighs as
-- much as the workflows that its money ends with. cause: of commitments alone, which follow in commitment_weight.sql.
CREATE OR REPLACE TEMP TABLE pool_weight AS
WITH source AS (
    SELECT DISTINCT pool, billing_currency FROM cell WHERE month = $month AND nature = 'pool'
    UNION
    SELECT pool_setting.pool, cell.billing_currency
    FROM pool_setting
    INNER JOIN cell ON cell.month = $month AND cell.nature = 'pool'
    WHERE pool_setting.is_staged
),

used AS (
    SELECT workflow, sum(calls) AS calls, sum(tokens) AS tokens
    FROM usage_month
    WHERE month = $month AND workflow IS NOT NULL
    GROUP BY workflow
),

direct AS (
    SELECT
        allocation_row.workflow,
        cell.billing_currency,
        greatest(sum(allocation_row.cost), 0)::DECIMAL(38,15) AS cost
    FROM allocation_row
    INNER JOIN cell ON cell.month = $month AND cell.cell_id = allocation_row.cell_id
    WHERE allocation_row.month = $month AND allocation_row.kind = 'direct'
    GROUP BY allocation_row.workflow, cell.billing_currency
),

active AS (
    SELECT workflow FROM used
    UNION
    SELECT workflow FROM direct
),

candidate AS (
    SELECT pool, workflow, receiver_pool, weight FROM pool_receiver
    UNION ALL
    SELECT pool_setting.pool, active.workflow, NULL, 0
    FROM pool_setting
    ANTI JOIN pool_receiver ON pool_receiver.pool = pool_setting.pool
    CROSS JOIN active
),

-- The workflows whose use and cost count for a candidate: itself, or all that a pool or team ends with.
counted AS (
    SELECT candidate.*, coalesce(candidate.workflow, pool_reach.workflow, active.workflow) AS counted_workflow
    FROM candidate
    LEFT JOIN pool_reach ON pool_reach.pool = candidate.receiver_pool
    LEFT JOIN active ON candidate.receiver_pool IS NOT NULL AND pool_reach.workflow IS NULL
),

weighted AS (
    SELECT
        source.pool,
        source.billing_currency,
        counted.workflow,
        CASE pool_setting.split_by
            WHEN 'tokens' THEN coalesce(sum(used.tokens), 0)::HUGEINT
            WHEN 'calls' THEN coalesce(sum(used.calls), 0)::HUGEINT
            WHEN 'direct_cost' THEN amount_units(coalesce(sum(direct.cost), 0)::DECIMAL(38,15))
            WHEN 'weights' THEN amount_units(counted.weight)
            ELSE 1::HUGEINT
        END AS weight,
        counted.receiver_pool
    FROM source
    INNER JOIN pool_setting ON pool_setting.pool = source.pool
    INNER JOIN counted ON counted.pool = source.pool
    LEFT JOIN used ON used.workflow = counted.counted_workflow
    LEFT JOIN direct
        ON direct.workflow = counted.counted_workflow AND direct.billing_currency = source.billing_currency
    WHERE pool_setting.split_by <> 'capacity'
    GROUP BY
        source.pool, source.billing_currency, counted.workflow, counted.receiver_pool, counted.weight,
        pool_setting.split_by
)

SELECT
    pool,
    billing_currency,
    workflow,
    weight,
    dense_rank() OVER (ORDER BY workflow, receiver_pool) AS member_id,
    NULL::VARCHAR AS cause,
    receiver_pool
FROM weighted
WHERE weight > 0
