-- Temporary: one row per group, receiver and outcome: the explained quantity, and the weight for its share
-- of the group's money: list cost where all is priced and prices differ, else quantity.
CREATE OR REPLACE TEMP TABLE member_use AS
WITH used AS (
    SELECT
        matched_usage.group_id,
        member.receiver_id,
        member.party_id AS outcome_ref_id,
        CASE WHEN is_whole THEN member.quantity ELSE tokens.share END AS quantity,
        CASE WHEN is_whole THEN member.list_cost ELSE money.share END AS list_cost
    FROM matched_usage
    INNER JOIN usage_member AS member ON member.key_id = matched_usage.key_id
    LEFT JOIN split_share AS tokens
        ON tokens.group_id = matched_usage.group_id * 2
        AND tokens.subgroup_id = matched_usage.key_id
        AND tokens.member_id = member.receiver_id * 4294967296 + member.party_id
    LEFT JOIN split_share AS money
        ON money.group_id = matched_usage.group_id * 2 + 1
        AND money.subgroup_id = matched_usage.key_id
        AND money.member_id = member.receiver_id * 4294967296 + member.party_id
)

SELECT
    used.group_id,
    used.receiver_id,
    used.outcome_ref_id,
    sum(used.quantity)::DECIMAL(38,15) AS quantity,
    amount_units(
        CASE
            WHEN any_value(match_group.is_by_list_cost) THEN sum(used.list_cost)
            ELSE sum(used.quantity)
        END::DECIMAL(38,15)
    ) AS weight
FROM used
INNER JOIN match_group ON match_group.group_id = used.group_id
GROUP BY used.group_id, used.receiver_id, used.outcome_ref_id
