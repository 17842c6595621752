-- One row per imported file, with counts that add up to its records.
INSERT INTO imported_file BY NAME
SELECT
    unnest($file_id::INTEGER[]) AS file_id,
    unnest($sha256::VARCHAR[]) AS sha256,
    unnest($path::VARCHAR[]) AS path,
    $importer AS importer,
    $feeds AS feeds,
    unnest($bytes::BIGINT[]) AS bytes,
    unnest($rows_read::BIGINT[]) AS rows_read,
    unnest($rows_added::BIGINT[]) AS rows_added,
    unnest($rows_repeated::BIGINT[]) AS rows_repeated,
    unnest($rows_replaced::BIGINT[]) AS rows_replaced,
    unnest($rows_rejected::BIGINT[]) AS rows_rejected,
    unnest($rows_ignored::BIGINT[]) AS rows_ignored,
    unnest($rows_rounded::BIGINT[]) AS rows_rounded,
    unnest($rounded_total::DECIMAL(38, 33)[]) AS rounded_total,
    unnest($first_at_utc::TIMESTAMP[]) AS first_at_utc,
    unnest($last_at_utc::TIMESTAMP[]) AS last_at_utc,
    $imported_at_utc AS imported_at_utc
