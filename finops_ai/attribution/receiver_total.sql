-- Temporary: one row per total_id of receiver_share. Its tokens stand with the first of its group's currencies.
CREATE OR REPLACE TEMP TABLE receiver_total AS
SELECT
    total_id,
    group_id,
    receiver_id,
    sum(cost)::DECIMAL(38,15) AS cost,
    count(*) AS cells,
    min(cell_id) AS first_cell_id,
    total_id = min(total_id) OVER (PARTITION BY group_id, receiver_id) AS holds_tokens
FROM receiver_share
GROUP BY total_id, group_id, receiver_id
