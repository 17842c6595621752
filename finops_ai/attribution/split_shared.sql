-- split: the quantity (subgroup 0) and list cost (1) of each row of shared_member over the outcomes of its party.
CREATE OR REPLACE TEMP TABLE split AS
SELECT
    m.shared_member_id AS group_id,
    part.subgroup_id,
    party_share.outcome_ref_id AS member_id,
    amount_units(party_share.share) AS weight,
    CASE WHEN part.subgroup_id = 0 THEN m.quantity ELSE m.list_cost END AS amount
FROM shared_member AS m
INNER JOIN party_share ON party_share.party_id = m.party_id
CROSS JOIN (VALUES (0), (1)) AS part (subgroup_id)
WHERE part.subgroup_id = 0 OR m.list_cost IS NOT NULL
