-- Commitments with charges in $month as pools: a member of pool_weight for each workflow that used one, one for usage
-- that no rule maps, and one for what nobody used. More use than capacity leaves nothing idle.
INSERT INTO pool_weight
WITH source AS (
    SELECT DISTINCT cell.pool, cell.billing_currency, commitment_setting.capacity
    FROM cell
    INNER JOIN commitment_setting ON commitment_setting.pool = cell.pool
    WHERE cell.month = $month AND cell.nature = 'pool'
),

total AS (
    SELECT pool, sum(used)::HUGEINT AS used
    FROM commitment_user
    GROUP BY pool
),

member AS (
    SELECT
        source.pool,
        source.billing_currency,
        commitment_user.workflow,
        commitment_user.used AS weight,
        CASE WHEN commitment_user.workflow IS NULL THEN 'unmapped_usage' END AS cause
    FROM source
    INNER JOIN commitment_user ON commitment_user.pool = source.pool
    UNION ALL
    SELECT
        source.pool,
        source.billing_currency,
        NULL,
        trunc(source.capacity)::HUGEINT - coalesce(total.used, 0),
        'idle_capacity'
    FROM source
    LEFT JOIN total ON total.pool = source.pool
)

SELECT
    pool,
    billing_currency,
    workflow,
    weight,
    row_number() OVER (PARTITION BY pool, billing_currency ORDER BY cause NULLS FIRST, workflow),
    cause,
    NULL
FROM member
WHERE weight > 0
