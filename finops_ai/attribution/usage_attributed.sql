-- One row per usage row of $month: table usage_attributed.
INSERT INTO usage_attributed
SELECT
    $month,
    file_id,
    row_number,
    usage_id,
    provider,
    model_id,
    workflow,
    rule_ordinal,
    outcome_kind,
    outcome_id,
    list_cost,
    pricing_status
FROM usage_row
