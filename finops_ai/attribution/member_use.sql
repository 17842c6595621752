-- Temporary: one row per group, receiver and outcome: the explained quantity, and the weight for its share
-- of the group's money: list cost where all is priced and prices differ, else quantity. Whole tokens weigh as they are,
-- parts of tokens in units of 1e-15: the shares are the same, but small numbers are divided and written much faster.
CREATE OR REPLACE TEMP TABLE member_use AS
WITH judged AS (
    SELECT group_id, bool_and(is_whole) AS is_whole
    FROM matched_usage
    GROUP BY group_id
),

used AS (
    SELECT
        matched_usage.group_id,
        member.receiver_id,
        member.party_id AS outcome_ref_id,
        member.quantity,
        member.tokens,
        member.list_cost
    FROM matched_usage
    INNER JOIN usage_member AS member ON member.key_id = matched_usage.key_id
    WHERE matched_usage.is_whole
    UNION ALL
    SELECT
        matched_usage.group_id,
        member.receiver_id,
        member.party_id,
        tokens.share,
        NULL,
        money.share
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
    WHERE NOT matched_usage.is_whole
),

summed AS (
    SELECT
        group_id,
        receiver_id,
        outcome_ref_id,
        sum(quantity)::DECIMAL(38,15) AS quantity,
        sum(tokens)::HUGEINT AS tokens,
        sum(list_cost)::DECIMAL(38,15) AS list_cost
    FROM used
    GROUP BY group_id, receiver_id, outcome_ref_id
)

SELECT
    summed.group_id,
    summed.receiver_id,
    summed.outcome_ref_id,
    summed.quantity,
    CASE
        WHEN match_group.is_by_list_cost THEN amount_units(summed.list_cost)
        WHEN judged.is_whole AND summed.tokens IS NOT NULL THEN summed.tokens
        ELSE amount_units(summed.quantity)
    END AS weight
FROM summed
INNER JOIN match_group ON match_group.group_id = summed.group_id
INNER JOIN judged ON judged.group_id = summed.group_id
