-- Temporary: one row per group of link_group with its party: the number of its outcome in outcome_ref where it is
-- one, else a number of its own, after those.
CREATE OR REPLACE TEMP TABLE party AS
SELECT o.group_id, outcome_ref.outcome_ref_id AS party_id, false AS is_shared
FROM link_group_outcome AS o
INNER JOIN outcome_ref
    ON outcome_ref.outcome_kind = o.kind
    AND outcome_ref.outcome_id = o.outcome_id
    AND outcome_ref.link = o.link
WHERE o.outcomes = 1
UNION ALL
SELECT
    group_id,
    (SELECT coalesce(max(outcome_ref_id), 0) FROM outcome_ref) + row_number() OVER (ORDER BY group_id),
    true
FROM (SELECT DISTINCT group_id FROM link_group_outcome WHERE outcomes > 1)
