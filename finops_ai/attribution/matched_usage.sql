-- One row per usage key that the pass consumed: table matched_usage.
INSERT INTO matched_usage
SELECT
    consumed.group_id,
    consumed.key_id,
    consumed.quantity,
    coalesce(split_share.share, consumed.list_cost),
    consumed.quantity = usage_open.logged_quantity
FROM consumed
INNER JOIN usage_open ON usage_open.key_id = consumed.key_id
LEFT JOIN split_share ON split_share.group_id = consumed.key_id AND split_share.member_id = 0
WHERE consumed.quantity > 0
