-- Temporary: one row per scope, way of losing logs (by session or call by call, as a pair of the scope loses them),
-- unit that may be lost, and whose it is. block numbers the units of a scope, from 512 on several share one: blocks
-- that units fall into by chance (in the order of a hash, since neighbours in a log are alike) vary as the units do.
CREATE OR REPLACE TEMP TABLE lost_unit AS
WITH way AS (
    SELECT DISTINCT pair_scope.scope_id, estimate.by_session
    FROM pair_scope
    INNER JOIN estimate ON estimate.pair_id = pair_scope.pair_id
),

named AS (
    SELECT
        scope_call.scope_id,
        by_session,
        CASE WHEN by_session AND unit_name IS NOT NULL THEN unit_name ELSE concat_ws(':', file_id, row_number) END
        AS unit_name,
        workflow,
        outcome_kind,
        cost
    FROM scope_call
    INNER JOIN way ON way.scope_id = scope_call.scope_id
),

summed AS (
    SELECT * EXCLUDE (cost), sum(cost)::DECIMAL(38,15) AS cost
    FROM named
    GROUP BY ALL
)

SELECT
    *,
    (dense_rank() OVER (PARTITION BY scope_id, by_session ORDER BY md5_number_lower(unit_name), unit_name) - 1) % 512 AS block
FROM summed
