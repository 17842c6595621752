-- Rejects of a file that was just read again, or of the uncorrected file at its place.
DELETE FROM reject
WHERE file_id IN (SELECT file_id FROM imported_file WHERE sha256 = $sha256 OR path = $path)
