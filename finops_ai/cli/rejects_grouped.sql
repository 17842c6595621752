-- One row per file, column and kind of reason with refused records: how many, and the first as an example.
-- A reason such as "1,5" is not a plain number is the value and what is wrong with it. Newest file first.
WITH refused AS (
    SELECT
        imported_file.file_id,
        imported_file.path,
        imported_file.importer,
        imported_file.imported_at_utc,
        reject.row_number,
        reject.line,
        coalesce(reject.column_name, '') AS column_name,
        CASE
            WHEN reject.reason LIKE '"%' THEN regexp_extract(reject.reason, '(?s)^".*" (.*)$', 1)
            ELSE reject.reason
        END AS wrong,
        CASE WHEN reject.reason LIKE '"%' THEN regexp_extract(reject.reason, '(?s)^"(.*)" ', 1) END AS value
    FROM reject
    INNER JOIN imported_file ON imported_file.file_id = reject.file_id
    WHERE $file IS NULL OR imported_file.path = $file OR ends_with(imported_file.path, '/' || $file)
)

SELECT
    path,
    importer,
    imported_at_utc,
    column_name,
    wrong,
    count(DISTINCT row_number) AS refused_rows,
    min(row_number) AS first_record,
    arg_min(line, row_number) AS first_line,
    arg_min(value, row_number) AS example
FROM refused
GROUP BY file_id, path, importer, imported_at_utc, column_name, wrong
ORDER BY file_id DESC, refused_rows DESC, first_record, column_name, wrong
