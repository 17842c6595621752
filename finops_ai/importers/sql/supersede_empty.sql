-- Deliveries that hold nothing in force any more are told of by their replaced rows alone.
DELETE FROM delivery
WHERE file_id = $old AND charge_rows = 0 AND superseded_by_file_id IS NULL
