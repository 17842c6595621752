-- Record numbers of one file's charges, from 1: insertion order is file order, also when the
-- insert ran in parallel, while row_number() OVER () would make the scan single-threaded.
UPDATE charge
SET row_number = charge.rowid - first.row + 1
FROM (SELECT min(rowid) AS row FROM charge WHERE file_id = $file_id) AS first
WHERE charge.file_id = $file_id
