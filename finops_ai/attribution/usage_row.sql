-- Temporary: one row per usage row of $month that counts, of one chunk (files $first_file to $last_file, records
-- $first_row to $last_row), with its workflow and its outcomes (party_id, 0 for none).
CREATE OR REPLACE TEMP TABLE usage_row AS
SELECT
    u.file_id,
    u.row_number,
    u.usage_id,
    u.provider,
    u.model_id,
    m.workflow,
    m.rule_ordinal,
    coalesce(l.party_id, 0) AS party_id
FROM token_usage AS u
INNER JOIN usage_mapped AS m ON m.file_id = u.file_id AND m.row_number = u.row_number
LEFT JOIN usage_linked AS l ON l.file_id = u.file_id AND l.row_number = u.row_number
ANTI JOIN usage_left_out AS o ON o.month = $month AND o.usage_id = u.usage_id
WHERE u.at_utc >= $start_utc
    AND u.at_utc < $end_utc
    AND u.file_id BETWEEN $first_file AND $last_file
    AND u.row_number BETWEEN $first_row AND $last_row
    AND m.file_id BETWEEN $first_file AND $last_file
    AND m.row_number BETWEEN $first_row AND $last_row
