-- split: the list cost of each usage key that is consumed in part: member 0 the consumed part, 1 the rest.
CREATE OR REPLACE TEMP TABLE split AS
SELECT
    key_id AS group_id,
    0 AS subgroup_id,
    part.member_id,
    amount_units(CASE WHEN part.member_id = 0 THEN quantity ELSE open_quantity - quantity END) AS weight,
    list_cost AS amount
FROM consumed
CROSS JOIN (VALUES (0), (1)) AS part (member_id)
WHERE quantity < open_quantity AND list_cost IS NOT NULL
