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
    outcome_kind,
    outcome_id,
    plain_list_cost AS list_cost,
    contract_cost,
    pricing_status
FROM usage_row
