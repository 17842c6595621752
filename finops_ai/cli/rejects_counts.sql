-- Refused records and the files that they stand in.
SELECT count(DISTINCT (reject.file_id, row_number)) AS refused_rows, count(DISTINCT reject.file_id) AS files
FROM reject
INNER JOIN imported_file ON imported_file.file_id = reject.file_id
WHERE $file IS NULL OR imported_file.path = $file OR ends_with(imported_file.path, '/' || $file)
