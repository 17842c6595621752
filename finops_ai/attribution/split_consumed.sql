-- split: the billed quantity of each group of pass $pass over its usage keys, by logged quantity. Only groups
-- that logged more than was billed need it.
CREATE OR REPLACE TEMP TABLE split AS
SELECT
    match_group.group_id,
    0 AS subgroup_id,
    pass_usage.key_id AS member_id,
    amount_units(pass_usage.quantity) AS weight,
    match_group.consumed_quantity AS amount
FROM pass_usage
INNER JOIN match_group ON match_group.pass = $pass AND match_group.key = pass_usage.key
WHERE match_group.consumed_quantity < match_group.logged_quantity
