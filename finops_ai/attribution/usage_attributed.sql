-- One row per usage row of $month's chunk (see usage_row.sql): table usage_attributed.
INSERT INTO usage_attributed BY NAME
SELECT
    $month AS month,
    usage_row.file_id,
    usage_row.row_number,
    usage_row.usage_id,
    usage_signature.provider,
    usage_signature.model_id,
    usage_signature.workflow,
    usage_signature.rule_ordinal,
    party_name.outcome_kind,
    party_name.outcome_id,
    priced_usage.list_cost,
    priced_usage.contract_cost,
    priced_usage.pricing_status,
    party_name.link AS outcome_link,
    party_name.share AS outcome_share
FROM usage_row
INNER JOIN usage_signature ON usage_signature.signature_id = usage_row.signature_id
LEFT JOIN party_name ON party_name.party_id = usage_row.party_id
LEFT JOIN priced_usage
    ON priced_usage.month = $month
    AND priced_usage.file_id = usage_row.file_id
    AND priced_usage.row_number = usage_row.row_number
    AND priced_usage.file_id BETWEEN $first_file AND $last_file
    AND priced_usage.row_number BETWEEN $first_row AND $last_row
