-- Record numbers of one file's charges, from 1: insertion order is file order, also when the
-- insert ran in parallel, while row_number() OVER () would make the scan single-threaded.
-- The first row is found beforehand: joined to its minimum, the table would be held in memory
-- beside what every UPDATE keeps until COMMIT (13 bytes a row, which cannot be spilled).
UPDATE charge
SET row_number = rowid - $first_row + 1
WHERE file_id = $file_id
