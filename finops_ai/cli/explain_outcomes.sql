-- One row per outcome of $kind and $workflow that was resolved in $month or whose calls cost something in it: cost in
-- $currency of its calls of the month. The $limit dearest; the rest stands in one row with outcome_id NULL.
WITH spent AS (
    SELECT outcome_id, sum(cost)::DECIMAL(38,15) AS cost
    FROM outcome_spend
    WHERE month = $month AND outcome_kind = $kind AND workflow = $workflow AND billing_currency = $currency
    GROUP BY outcome_id
),

counted AS (
    SELECT outcome_id, bool_or(is_success) AS is_success
    FROM outcome_counted
    WHERE month = $month AND outcome_kind = $kind
    GROUP BY outcome_id
),

stated AS (
    SELECT
        o.outcome_id,
        arg_max(o.status, o.file_id) AS status,
        max(o.reopened_at_utc) AS reopened_at_utc,
        max(o.resolved_at_utc) AS resolved_at_utc,
        arg_max(f.path, o.file_id) AS path,
        arg_max(o.row_number, o.file_id) AS record
    FROM outcome AS o
    INNER JOIN imported_file AS f ON f.file_id = o.file_id
    WHERE o.kind = $kind
    GROUP BY o.outcome_id
),

ranked AS (
    SELECT
        coalesce(counted.outcome_id, spent.outcome_id) AS outcome_id,
        stated.path,
        stated.record,
        stated.resolved_at_utc,
        CASE
            WHEN counted.outcome_id IS NULL THEN 'of another month'
            WHEN counted.is_success THEN 'success'
            WHEN stated.reopened_at_utc IS NOT NULL THEN 'reopened'
            ELSE coalesce(stated.status, 'no success')
        END AS counts_as,
        coalesce(spent.cost, 0)::DECIMAL(38,15) AS cost,
        row_number() OVER (ORDER BY coalesce(spent.cost, 0) DESC, coalesce(counted.outcome_id, spent.outcome_id)) AS place
    FROM counted
    FULL JOIN spent ON spent.outcome_id = counted.outcome_id
    LEFT JOIN stated ON stated.outcome_id = coalesce(counted.outcome_id, spent.outcome_id)
)

SELECT * EXCLUDE (place), 1 AS outcomes
FROM ranked
WHERE place <= $limit
UNION ALL
SELECT NULL, NULL, NULL, NULL, NULL, sum(cost)::DECIMAL(38,15), count(*)
FROM ranked
WHERE place > $limit
HAVING count(*) > 0
ORDER BY outcome_id IS NULL, cost DESC, outcome_id
