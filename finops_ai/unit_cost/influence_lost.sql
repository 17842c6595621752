-- Temporary: one row per pair, scope and block: how much the pair's total would move, as a fraction of it, if the block
-- were lost or found (jackknife: all but this block, scaled up again), times the standard deviation of a
-- loss at the scope's keep. own_square: what the loss of its own logs alone adds to the spread of its units.
CREATE OR REPLACE TEMP TABLE influence_lost AS
WITH whole AS (
    SELECT scope_id, by_session, block, sum(cost)::DECIMAL(38,15) AS cost
    FROM lost_unit
    GROUP BY ALL
),

own AS (
    SELECT
        pair_scope.pair_id,
        lost_unit.scope_id,
        lost_unit.by_session,
        lost_unit.block,
        sum(lost_unit.cost)::DECIMAL(38,15) AS cost,
        sum((pow(lost_unit.cost::DOUBLE / estimate.total::DOUBLE, 2))::DECIMAL(38,20))::DOUBLE AS square
    FROM pair_scope
    INNER JOIN pair ON pair.pair_id = pair_scope.pair_id
    INNER JOIN estimate ON estimate.pair_id = pair_scope.pair_id
    INNER JOIN lost_unit
        ON lost_unit.scope_id = pair_scope.scope_id
        AND lost_unit.by_session = estimate.by_session
        AND lost_unit.workflow = pair.workflow
        AND lost_unit.outcome_kind = pair.kind
    GROUP BY ALL
)

SELECT
    pair_scope.pair_id,
    pair_scope.scope_id,
    whole.block,
    pair_scope.keep,
    coalesce(own.square, 0) * (1 - pair_scope.keep) / pow(pair_scope.keep, 2) AS own_square,
    CASE
        WHEN whole.cost < pair_scope.scope_logged
            THEN (coalesce(own.cost, 0)::DOUBLE - pair_scope.share * whole.cost::DOUBLE)
            / (1 - whole.cost::DOUBLE / pair_scope.scope_logged::DOUBLE)
            * sqrt(1 - pair_scope.keep) / pair_scope.keep / estimate.total::DOUBLE
        ELSE 0
    END AS influence
FROM pair_scope
INNER JOIN estimate ON estimate.pair_id = pair_scope.pair_id
INNER JOIN whole ON whole.scope_id = pair_scope.scope_id AND whole.by_session = estimate.by_session
LEFT JOIN own
    ON own.pair_id = pair_scope.pair_id
    AND own.scope_id = pair_scope.scope_id
    AND own.by_session = whole.by_session
    AND own.block = whole.block
