-- usage_member anew with one row per outcome where calls are shared: party_id is then the outcome's own number,
-- and parts of tokens are no whole numbers.
CREATE OR REPLACE TEMP TABLE usage_member AS
WITH parted AS (
    SELECT m.*
    FROM usage_member AS m
    ANTI JOIN party_share ON party_share.party_id = m.party_id
    UNION ALL
    SELECT
        m.* EXCLUDE (shared_member_id)
        REPLACE (tokens.member_id AS party_id, tokens.share AS quantity, money.share AS list_cost)
    FROM shared_member AS m
    INNER JOIN split_share AS tokens ON tokens.group_id = m.shared_member_id AND tokens.subgroup_id = 0
    LEFT JOIN split_share AS money
        ON money.group_id = m.shared_member_id
        AND money.subgroup_id = 1
        AND money.member_id = tokens.member_id
)

SELECT
    * REPLACE (
        sum(quantity)::DECIMAL(38,15) AS quantity,
        NULL::HUGEINT AS tokens,
        CASE WHEN count(*) = count(list_cost) THEN sum(list_cost) END::DECIMAL(38,15) AS list_cost,
        CASE WHEN min(list_currency) = max(list_currency) THEN max(list_currency) END AS list_currency
    )
FROM parted
GROUP BY ALL
