-- The refused records of one file, one row each.
INSERT INTO reject (file_id, row_number, line, column_name, reason, raw_text)
SELECT
    $file_id,
    unnest($row_numbers::BIGINT[]),
    unnest($lines::BIGINT[]),
    unnest($columns::VARCHAR[]),
    unnest($reasons::VARCHAR[]),
    unnest($texts::VARCHAR[])
