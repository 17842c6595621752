-- Temporary: one row per pair: the variance of its cost per success as a fraction of it, from lost logs (of the month's
-- own figure) and from the sessions that happened to come (of another month's). The spread of the units holds
-- what lost logs add to it, which is taken out.
CREATE OR REPLACE TEMP TABLE spread AS
WITH lost AS (
    SELECT
        pair_id,
        sum(pow(influence, 2)::DECIMAL(38,20))::DOUBLE AS lost_variance,
        sum(own_square::DECIMAL(38,20))::DOUBLE AS own_square
    FROM influence_lost
    GROUP BY pair_id
),

drawn AS (
    SELECT
        pair_id,
        sum(units)::BIGINT AS units,
        sum(unit_square::DECIMAL(38,20))::DOUBLE AS unit_square,
        sum(pow(influence, 2)::DECIMAL(38,20))::DOUBLE AS block_square
    FROM influence_drawn
    GROUP BY pair_id
)

SELECT
    drawn.pair_id,
    drawn.units,
    drawn.block_square,
    coalesce(lost.lost_variance, 0) AS lost_variance,
    greatest(
        drawn.unit_square * drawn.units::DOUBLE / greatest(drawn.units - 1, 1)::DOUBLE - coalesce(lost.own_square, 0),
        0
    ) AS drawn_variance
FROM drawn
LEFT JOIN lost ON lost.pair_id = drawn.pair_id
