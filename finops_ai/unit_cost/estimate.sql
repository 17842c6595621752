-- Temporary: one row per pair: total, its linked money with the part of the lost usage that is expected to be its
-- own, and most, with all of the lost usage of its scopes. silent_share: its outcomes without any linked money.
-- Where at least half as many outcomes as money are lost, logs go by whole sessions, else call by call.
CREATE OR REPLACE TEMP TABLE estimate AS
WITH scaled AS (
    SELECT
        pair_id,
        sum(extra)::DECIMAL(38,15) AS extra,
        sum(scope_missing)::DECIMAL(38,15) AS missing
    FROM pair_scope
    GROUP BY pair_id
),

silent AS (
    SELECT pair_id, count(*) FILTER (WHERE cost = 0)::DOUBLE / count(*)::DOUBLE AS silent_share
    FROM unit
    WHERE tries > 0
    GROUP BY pair_id
)

SELECT
    pair.pair_id,
    pair.linked_cost,
    (pair.linked_cost + coalesce(scaled.extra, 0))::DECIMAL(38,15) AS total,
    (pair.linked_cost + coalesce(scaled.missing, 0))::DECIMAL(38,15) AS most,
    coalesce(scaled.extra, 0)::DECIMAL(38,15) AS extra,
    coalesce(silent.silent_share, 0) AS silent_share,
    coalesce(silent.silent_share * 2 >= scaled.extra::DOUBLE / (pair.linked_cost + scaled.extra)::DOUBLE, false)
    AS by_session
FROM pair
LEFT JOIN scaled ON scaled.pair_id = pair.pair_id
LEFT JOIN silent ON silent.pair_id = pair.pair_id
