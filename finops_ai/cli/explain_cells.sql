-- One row per group of charges behind the explained figure (temporary explained): billed is all of it, cost the part
-- that the figure holds, both in billing_currency. The $limit largest; the rest stands in one row with cell_id NULL.
WITH grouped AS (
    SELECT cell_id, sum(cost)::DECIMAL(38,15) AS cost
    FROM explained
    GROUP BY cell_id
),

matched AS (
    SELECT cell_id, string_agg(matched_by, '; ' ORDER BY amount DESC, matched_by) AS matched_by
    FROM cell_match
    WHERE month = $month
    GROUP BY cell_id
),

ranked AS (
    SELECT
        grouped.cell_id,
        cell.provider,
        coalesce(cell.sub_account_id, cell.billing_account_id) AS account,
        cell.day,
        cell.model_id,
        cell.model_name,
        cell.token_kind,
        cell.service_name,
        cell.charge_category,
        cell.pool,
        cell.nature,
        cell.charge_rows,
        matched.matched_by,
        cell.billed_cost AS billed,
        grouped.cost,
        row_number() OVER (ORDER BY abs(grouped.cost) DESC, grouped.cell_id) AS place
    FROM grouped
    INNER JOIN cell ON cell.month = $month AND cell.cell_id = grouped.cell_id
    LEFT JOIN matched ON matched.cell_id = grouped.cell_id
)

SELECT * EXCLUDE (place), 1 AS groups
FROM ranked
WHERE place <= $limit
UNION ALL
SELECT
    NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL,
    sum(charge_rows)::BIGINT,
    NULL,
    sum(billed)::DECIMAL(38,15),
    sum(cost)::DECIMAL(38,15),
    count(*)
FROM ranked
WHERE place > $limit
HAVING count(*) > 0
ORDER BY cell_id IS NULL, abs(cost) DESC, cell_id
