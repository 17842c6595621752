-- promise: every record of every file is added, repeated, replaced, rejected or ignored
-- after: import
SELECT
    path,
    rows_read,
    rows_added + rows_repeated + rows_replaced + rows_rejected + rows_ignored AS rows_accounted
FROM imported_file
WHERE rows_read <> rows_added + rows_repeated + rows_replaced + rows_rejected + rows_ignored
