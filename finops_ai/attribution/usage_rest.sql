-- What the pass leaves open of the usage keys that it consumed.
UPDATE usage_open
SET
    quantity = left_over.quantity,
    list_cost = left_over.list_cost
FROM (
    SELECT
        consumed.key_id,
        consumed.open_quantity - consumed.quantity AS quantity,
        CASE
            WHEN consumed.quantity < consumed.open_quantity THEN split_share.share
            WHEN consumed.list_cost IS NOT NULL THEN 0
        END AS list_cost
    FROM consumed
    LEFT JOIN split_share ON split_share.group_id = consumed.key_id AND split_share.member_id = 1
) AS left_over
WHERE left_over.key_id = usage_open.key_id
