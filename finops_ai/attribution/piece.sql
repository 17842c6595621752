-- Temporary: one row per total, cell and outcome with its cost. Where a total has several cells and several
-- outcomes, both are laid along the same line of money and cut where either ends: each cell and each outcome
-- keeps its exact amount, and there are no more pieces than cells and outcomes.
CREATE OR REPLACE TEMP TABLE piece AS
WITH border AS (
    SELECT
        receiver_share.total_id,
        receiver_share.cell_id,
        NULL AS outcome_ref_id,
        sum(receiver_share.cost) OVER (PARTITION BY total_id ORDER BY receiver_share.cell_id) AS ends_at
    FROM receiver_share
    INNER JOIN receiver_total USING (total_id)
    WHERE receiver_total.cells > 1 AND receiver_share.cost <> 0
    UNION ALL
    SELECT
        split_share.group_id,
        NULL,
        split_share.member_id,
        sum(split_share.share) OVER (PARTITION BY split_share.group_id ORDER BY split_share.member_id)
    FROM split_share
    INNER JOIN receiver_total ON receiver_total.total_id = split_share.group_id
    WHERE receiver_total.cells > 1 AND split_share.share <> 0
),

cut AS (
    SELECT total_id, ends_at, min(cell_id) AS cell_id, min(outcome_ref_id) AS outcome_ref_id
    FROM border
    GROUP BY total_id, ends_at
)

SELECT
    receiver_total.total_id,
    receiver_total.first_cell_id AS cell_id,
    split_share.member_id AS outcome_ref_id,
    split_share.share AS cost
FROM receiver_total
INNER JOIN split_share ON split_share.group_id = receiver_total.total_id
WHERE receiver_total.cells = 1 OR split_share.share = 0
UNION ALL
SELECT
    total_id,
    first_value(cell_id IGNORE NULLS) OVER following,
    first_value(outcome_ref_id IGNORE NULLS) OVER following,
    (ends_at - coalesce(lag(ends_at) OVER (PARTITION BY total_id ORDER BY ends_at), 0))::DECIMAL(38,15)
FROM cut
WINDOW following AS (
    PARTITION BY total_id
    ORDER BY ends_at
    ROWS BETWEEN CURRENT ROW AND UNBOUNDED FOLLOWING
)
