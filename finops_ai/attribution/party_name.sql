-- Temporary: one row per party: the outcome with the largest share of its calls, the earliest among equals.
CREATE OR REPLACE TEMP TABLE party_name AS
SELECT
    coalesce(main.party_id, outcome_ref.outcome_ref_id) AS party_id,
    outcome_ref.outcome_ref_id,
    outcome_ref.outcome_kind,
    outcome_ref.outcome_id,
    outcome_ref.link,
    coalesce(main.share, 1)::DECIMAL(18,15) AS share
FROM outcome_ref
INNER JOIN (
    SELECT outcome_ref_id, NULL AS party_id, NULL AS share
    FROM outcome_ref
    UNION ALL
    SELECT outcome_ref_id, party_id, share
    FROM party_share
    QUALIFY row_number() OVER (PARTITION BY party_id ORDER BY share DESC, place) = 1
) AS main USING (outcome_ref_id)
