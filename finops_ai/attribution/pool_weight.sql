-- Temporary: one row per pool, currency and workflow that receives a part, with its weight above zero. Pools
-- that name no receiver have every workflow with usage or direct cost in $month. cause: of commitments alone,
-- which follow in commitment_weight.sql.
CREATE OR REPLACE TEMP TABLE pool_weight AS
WITH source AS (
    SELECT DISTINCT pool, billing_currency FROM cell WHERE month = $month AND nature = 'pool'
),

used AS (
    SELECT workflow, sum(calls) AS calls, sum(tokens) AS tokens
    FROM usage_month
    WHERE month = $month AND workflow IS NOT NULL
    GROUP BY workflow
),

direct AS (
    SELECT allocation_row.workflow, cell.billing_currency, sum(allocation_row.cost)::DECIMAL(38,15) AS cost
    FROM allocation_row
    INNER JOIN cell ON cell.month = $month AND cell.cell_id = allocation_row.cell_id
    WHERE allocation_row.month = $month AND allocation_row.kind = 'direct'
    GROUP BY allocation_row.workflow, cell.billing_currency
),

candidate AS (
    SELECT pool, workflow, weight FROM pool_receiver
    UNION ALL
    SELECT pool_setting.pool, active.workflow, 0
    FROM pool_setting
    ANTI JOIN pool_receiver ON pool_receiver.pool = pool_setting.pool
    CROSS JOIN (SELECT workflow FROM used UNION SELECT workflow FROM direct) AS active
),

weighted AS (
    SELECT
        source.pool,
        source.billing_currency,
        candidate.workflow,
        CASE pool_setting.split_by
            WHEN 'tokens' THEN coalesce(used.tokens, 0)::HUGEINT
            WHEN 'calls' THEN coalesce(used.calls, 0)::HUGEINT
            WHEN 'direct_cost' THEN amount_units(greatest(coalesce(direct.cost, 0), 0)::DECIMAL(38,15))
            WHEN 'weights' THEN amount_units(candidate.weight)
            ELSE 1::HUGEINT
        END AS weight
    FROM source
    INNER JOIN pool_setting ON pool_setting.pool = source.pool
    INNER JOIN candidate ON candidate.pool = source.pool
    LEFT JOIN used ON used.workflow = candidate.workflow
    LEFT JOIN direct
        ON direct.workflow = candidate.workflow AND direct.billing_currency = source.billing_currency
    WHERE pool_setting.split_by <> 'capacity'
)

SELECT
    *,
    dense_rank() OVER (ORDER BY workflow) AS member_id,
    NULL::VARCHAR AS cause
FROM weighted
WHERE weight > 0
