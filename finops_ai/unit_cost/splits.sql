-- One row per pair and split: its units (sessions) divided in two halves by numbers mixed from seed, unit and split, one
-- kept and one held out. Costs in billing_currency, scaled up for lost logs; the squares are of units kept, with
-- costs as fractions of the pair's total.
WITH numbered AS (
    SELECT
        unit.*,
        unit.cost::DOUBLE / estimate.total::DOUBLE AS part,
        pair.seed + row_number() OVER (PARTITION BY unit.pair_id ORDER BY unit_name) * 2654435761 AS salt
    FROM unit
    INNER JOIN pair ON pair.pair_id = unit.pair_id
    INNER JOIN estimate ON estimate.pair_id = unit.pair_id
    WHERE pair.successes > 0 AND estimate.total > 0
),

salted AS (
    SELECT numbered.*, split, ((salt + split * 97004657)::UBIGINT & 4294967295::UBIGINT) AS n0
    FROM numbered
    CROSS JOIN range($splits) AS splits (split)
),

mixed1 AS (
    SELECT *, (xor(n0, n0 >> 16) * 2246822507::UBIGINT) & 4294967295::UBIGINT AS n1
    FROM salted
),

mixed2 AS (
    SELECT *, (xor(n1, n1 >> 13) * 3266489909::UBIGINT) & 4294967295::UBIGINT AS n2
    FROM mixed1
),

halved AS (
    SELECT *, xor(n2, n2 >> 16) < 2147483648 AS is_kept
    FROM mixed2
)

SELECT
    pair_id,
    split,
    coalesce(sum(successes) FILTER (WHERE is_kept), 0)::BIGINT AS kept_successes,
    coalesce(sum(successes) FILTER (WHERE NOT is_kept), 0)::BIGINT AS held_successes,
    coalesce(sum(cost) FILTER (WHERE is_kept), 0)::DECIMAL(38,15) AS kept_cost,
    coalesce(sum(cost) FILTER (WHERE NOT is_kept), 0)::DECIMAL(38,15) AS held_cost,
    coalesce(sum(part::DECIMAL(38,20)) FILTER (WHERE is_kept), 0)::DOUBLE AS part,
    coalesce(sum((part * part)::DECIMAL(38,20)) FILTER (WHERE is_kept), 0)::DOUBLE AS part_square,
    coalesce(sum((part * successes)::DECIMAL(38,20)) FILTER (WHERE is_kept), 0)::DOUBLE AS part_successes,
    coalesce(sum(successes * successes) FILTER (WHERE is_kept), 0)::DOUBLE AS successes_square
FROM halved
GROUP BY pair_id, split
ORDER BY pair_id, split
