-- The first refused rows of each file that has any, newest file first. Raw text stays in the ledger.
SELECT
    path,
    line,
    column_name,
    reason
FROM reject
INNER JOIN imported_file USING (file_id)
QUALIFY row_number() OVER (PARTITION BY file_id ORDER BY line, reject.row_number, column_name) <= 3
ORDER BY file_id DESC, line, column_name
LIMIT 15
