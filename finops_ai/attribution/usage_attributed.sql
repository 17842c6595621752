-- One row per usage row of $month: table usage_attributed.
INSERT INTO usage_attributed BY NAME
SELECT
    $month AS month,
    file_id,
    row_number,
    usage_id,
    provider,
    model_id,
    workflow,
    rule_ordinal,
    party_name.outcome_kind,
    party_name.outcome_id,
    plain_list_cost AS list_cost,
    contract_cost,
    pricing_status,
    party_name.link AS outcome_link,
    party_name.share AS outcome_share
FROM usage_row
LEFT JOIN party_name USING (party_id)
