-- The outcomes of the shared calls of $month's chunk besides the one that usage_attributed names: table outcome_call_rest.
INSERT INTO outcome_call_rest
SELECT
    $month,
    usage_row.file_id,
    usage_row.row_number,
    usage_row.usage_id,
    usage_signature.workflow,
    outcome_ref.outcome_kind,
    outcome_ref.outcome_id,
    party_share.share,
    outcome_ref.link
FROM usage_row
INNER JOIN usage_signature ON usage_signature.signature_id = usage_row.signature_id
INNER JOIN party_name ON party_name.party_id = usage_row.party_id
INNER JOIN party_share
    ON party_share.party_id = usage_row.party_id AND party_share.outcome_ref_id <> party_name.outcome_ref_id
INNER JOIN outcome_ref ON outcome_ref.outcome_ref_id = party_share.outcome_ref_id
WHERE party_share.share > 0
ORDER BY usage_row.file_id, usage_row.row_number, outcome_ref.outcome_ref_id
