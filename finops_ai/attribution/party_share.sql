-- Temporary: one row per party and outcome: its share of each of the party's calls; place: the order of resolution.
CREATE OR REPLACE TEMP TABLE party_share AS
SELECT
    party.party_id,
    outcome_ref.outcome_ref_id,
    o.place,
    split_share.share::DECIMAL(18,15) AS share
FROM split_share
INNER JOIN party ON party.party_id = split_share.group_id AND party.is_shared
INNER JOIN link_group_outcome AS o ON o.group_id = party.group_id AND o.place = split_share.member_id
INNER JOIN outcome_ref
    ON outcome_ref.outcome_kind = o.kind
    AND outcome_ref.outcome_id = o.outcome_id
    AND outcome_ref.link = o.link
WHERE split_share.share > 0
