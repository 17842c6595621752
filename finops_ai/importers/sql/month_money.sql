-- Money in force by month and currency of the months that the file touches, with or without the file's own.
SELECT month, billing_currency, sum(billed_cost)
FROM delivery
WHERE superseded_by_file_id IS NULL
    AND month IN (SELECT month FROM delivery WHERE file_id = $file_id)
    AND ($with_own OR file_id <> $file_id)
GROUP BY month, billing_currency
ORDER BY month, billing_currency
