-- One row per imported file, with counts that add up to its records.
INSERT INTO imported_file BY NAME
SELECT
    $file_id AS file_id,
    $sha256 AS sha256,
    $path AS path,
    $importer AS importer,
    $feeds AS feeds,
    $bytes AS bytes,
    $rows_read AS rows_read,
    $rows_added AS rows_added,
    $rows_repeated AS rows_repeated,
    $rows_replaced AS rows_replaced,
    $rows_rejected AS rows_rejected,
    $rows_ignored AS rows_ignored,
    $rows_rounded AS rows_rounded,
    $rounded_total AS rounded_total,
    $first_at_utc AS first_at_utc,
    $last_at_utc AS last_at_utc,
    $imported_at_utc AS imported_at_utc
