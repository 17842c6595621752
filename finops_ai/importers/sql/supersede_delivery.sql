-- The replaced delivery is marked with the file that replaced it.
UPDATE delivery
SET superseded_by_file_id = $new
WHERE file_id = $old AND billing_account_id = $account AND month = $month
