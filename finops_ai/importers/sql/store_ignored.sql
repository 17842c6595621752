-- Why records of a file are no rows, and how many.
INSERT INTO ignored_record
SELECT unnest($file_ids::INTEGER[]), unnest($reasons::VARCHAR[]), unnest($records::BIGINT[])
