-- One row per pair and kind of interval (month: lost logs alone; expected: with the sessions that came): the 2.5% and
-- the 97.5% point of error / standard error over $replicates draws. A block's log is kept or lost with the keep
-- of its scope; sessions are drawn with Poisson weights of mean 1, as are logs where fewer than 3 of 10 are kept.
-- Draws are numbers mixed from seed, block and replicate; sums are of whole numbers, so that the order of threads
-- changes nothing.
WITH listed AS (
    SELECT pair_id, false AS is_expected, block + 512 * scope_id AS draw_id, keep, influence
    FROM influence_lost
    UNION ALL
    SELECT pair_id, true, block + 512 * scope_id, keep, influence
    FROM influence_lost
    UNION ALL
    SELECT spread.pair_id, true, block, NULL, influence * sqrt(drawn_variance / block_square)
    FROM influence_drawn
    INNER JOIN spread ON spread.pair_id = influence_drawn.pair_id
    WHERE block_square > 0
),

scaled AS (
    SELECT
        listed.pair_id,
        is_expected,
        keep,
        influence / sqrt(CASE WHEN is_expected THEN lost_variance + drawn_variance ELSE lost_variance END) AS move,
        pair.seed + draw_id * 2654435761 AS salt
    FROM listed
    INNER JOIN spread ON spread.pair_id = listed.pair_id
    INNER JOIN pair ON pair.pair_id = listed.pair_id
    WHERE CASE WHEN is_expected THEN lost_variance + drawn_variance ELSE lost_variance END > 0
),

salted AS (
    SELECT scaled.*, replicate, ((salt + replicate * 40503)::UBIGINT & 4294967295::UBIGINT) AS n0
    FROM scaled
    CROSS JOIN range($replicates) AS replicates (replicate)
),

mixed1 AS (
    SELECT *, (xor(n0, n0 >> 16) * 2246822507::UBIGINT) & 4294967295::UBIGINT AS n1
    FROM salted
),

mixed2 AS (
    SELECT *, (xor(n1, n1 >> 13) * 3266489909::UBIGINT) & 4294967295::UBIGINT AS n2
    FROM mixed1
),

uniform AS (
    SELECT pair_id, is_expected, replicate, keep, move, xor(n2, n2 >> 16)::DOUBLE / 4294967296 AS u
    FROM mixed2
),

counted AS (
    SELECT
        * EXCLUDE (u),
        CASE
            WHEN keep >= 0.3 THEN CASE WHEN u < keep THEN 1 / keep ELSE 0 END
            WHEN u < 0.36787944117144233 THEN 0
            WHEN u < 0.73575888234288467 THEN 1
            WHEN u < 0.91969860292860584 THEN 2
            WHEN u < 0.98101184312384626 THEN 3
            WHEN u < 0.99634015317265634 THEN 4
            WHEN u < 0.99940581518241836 THEN 5
            ELSE 6
        END AS times
    FROM uniform
),

summed AS (
    SELECT
        pair_id,
        is_expected,
        replicate,
        sum(round((times - 1) * CASE WHEN keep >= 0.3 THEN sqrt(keep / (1 - keep)) ELSE 1 END * move * 1e9)::BIGINT) AS error,
        sum(round(times * move * move * 1e9)::BIGINT) AS square
    FROM counted
    GROUP BY pair_id, is_expected, replicate
)

SELECT
    pair_id,
    is_expected,
    quantile_disc(error::DOUBLE * 1e-9 / sqrt(square::DOUBLE * 1e-9), [0.025, 0.975]) AS points
FROM summed
WHERE square > 0
GROUP BY pair_id, is_expected
ORDER BY pair_id, is_expected
