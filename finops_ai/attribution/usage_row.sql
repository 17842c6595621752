-- Temporary: one row per usage row of $month that counts, of one chunk (files $first_file to $last_file, records
-- $first_row to $last_row), with its signature and its outcomes (party_id, 0 for none).
CREATE OR REPLACE TEMP TABLE usage_row AS
SELECT
    s.file_id,
    s.row_number,
    s.usage_id,
    s.signature_id,
    coalesce(l.party_id, 0) AS party_id
FROM usage_signed AS s
LEFT JOIN usage_linked AS l
    ON l.file_id = s.file_id
    AND l.row_number = s.row_number
    AND l.file_id BETWEEN $first_file AND $last_file
    AND l.row_number BETWEEN $first_row AND $last_row
ANTI JOIN usage_left_out AS o ON o.month = $month AND o.usage_id = s.usage_id
WHERE s.file_id BETWEEN $first_file AND $last_file AND s.row_number BETWEEN $first_row AND $last_row
