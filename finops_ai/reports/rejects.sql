-- One row per refused row of the files $file_ids, the first 20 in file order.
SELECT
    imported_file.path,
    reject.row_number,
    reject.line,
    reject.column_name,
    reject.reason
FROM reject
INNER JOIN imported_file ON reject.file_id = imported_file.file_id
WHERE list_contains($file_ids, reject.file_id)
ORDER BY reject.file_id, reject.row_number, reject.column_name, reject.reason
LIMIT 20
