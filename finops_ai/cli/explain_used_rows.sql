-- One row per call of temporary explained_call, with its file and record; list_cost, estimated, in USD or the currency
-- of its price, NULL without one. The $limit dearest; the rest stands in one row with usage_id NULL.
WITH ranked AS (
    SELECT
        c.usage_id::VARCHAR AS usage_id,
        f.path,
        c.row_number AS record,
        u.at_utc,
        coalesce(c.model_id, u.model_name) AS model,
        a.outcome_id,
        c.list_cost,
        row_number() OVER (ORDER BY c.list_cost DESC NULLS LAST, f.path, c.row_number) AS place
    FROM explained_call AS c
    INNER JOIN token_usage AS u ON u.file_id = c.file_id AND u.row_number = c.row_number
    INNER JOIN imported_file AS f ON f.file_id = c.file_id
    LEFT JOIN usage_attributed AS a ON a.month = $month AND a.file_id = c.file_id AND a.row_number = c.row_number
)

SELECT * EXCLUDE (place), 1 AS calls, (list_cost IS NULL)::BIGINT AS unpriced
FROM ranked
WHERE place <= $limit
UNION ALL
SELECT NULL, NULL, NULL, NULL, NULL, NULL, sum(list_cost)::DECIMAL(38,15), count(*), count(*) - count(list_cost)
FROM ranked
WHERE place > $limit
HAVING count(*) > 0
ORDER BY usage_id IS NULL, list_cost DESC NULLS LAST, path, record
