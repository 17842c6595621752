-- Temporary: one row per usage key of pass $pass and the quantity of it that the bill explains.
CREATE OR REPLACE TEMP TABLE consumed AS
SELECT
    match_group.group_id,
    pass_usage.key_id,
    pass_usage.quantity AS open_quantity,
    coalesce(split_share.share, pass_usage.quantity) AS quantity,
    pass_usage.list_cost
FROM pass_usage
INNER JOIN match_group ON match_group.pass = $pass AND match_group.key = pass_usage.key
LEFT JOIN split_share
    ON split_share.group_id = match_group.group_id AND split_share.member_id = pass_usage.key_id
