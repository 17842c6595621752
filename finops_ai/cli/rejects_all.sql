-- One row per refused column of a refused record, with the record's text as it stands in its file.
SELECT
    imported_file.path,
    reject.line,
    reject.row_number,
    reject.column_name,
    reject.reason,
    reject.raw_text
FROM reject
INNER JOIN imported_file ON imported_file.file_id = reject.file_id
WHERE $file IS NULL OR imported_file.path = $file OR ends_with(imported_file.path, '/' || $file)
ORDER BY reject.file_id DESC, reject.row_number, reject.column_name, reject.reason
