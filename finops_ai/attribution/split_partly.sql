-- split: usage keys that a group consumed in part, over their members: subgroup 0 the quantity, 1 the list cost.
-- The member number is receiver and outcome in one, since a key holds each pair once.
CREATE OR REPLACE TEMP TABLE split AS
SELECT
    matched_usage.group_id * 2 + part.subgroup_id AS group_id,
    matched_usage.key_id AS subgroup_id,
    member.receiver_id * 4294967296 + member.party_id AS member_id,
    amount_units(
        CASE WHEN part.subgroup_id = 0 THEN member.quantity ELSE coalesce(member.list_cost, 0) END
    ) AS weight,
    CASE WHEN part.subgroup_id = 0 THEN matched_usage.quantity ELSE matched_usage.list_cost END AS amount
FROM matched_usage
INNER JOIN usage_member AS member ON member.key_id = matched_usage.key_id
CROSS JOIN (VALUES (0), (1)) AS part (subgroup_id)
WHERE NOT matched_usage.is_whole AND (part.subgroup_id = 0 OR matched_usage.list_cost IS NOT NULL)
