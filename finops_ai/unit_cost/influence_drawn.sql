-- Temporary: one row per pair and block of units (sessions): how much the block moves the pair's cost per success, as a
-- fraction of it. unit_square sums the squares unit by unit.
CREATE OR REPLACE TEMP TABLE influence_drawn AS
WITH moved AS (
    SELECT
        unit.pair_id,
        (row_number() OVER by_chance - 1) % 512 AS block,
        unit.cost::DOUBLE / estimate.total::DOUBLE - unit.successes::DOUBLE / pair.successes::DOUBLE AS influence
    FROM unit
    INNER JOIN pair ON pair.pair_id = unit.pair_id
    INNER JOIN estimate ON estimate.pair_id = unit.pair_id
    WHERE pair.successes > 0 AND estimate.total > 0
    WINDOW by_chance AS (PARTITION BY unit.pair_id ORDER BY md5_number_lower(unit.unit_name), unit.unit_name)
)

SELECT
    pair_id,
    block,
    count(*) AS units,
    sum(influence::DECIMAL(38,20))::DOUBLE AS influence,
    sum(pow(influence, 2)::DECIMAL(38,20))::DOUBLE AS unit_square
FROM moved
GROUP BY pair_id, block
