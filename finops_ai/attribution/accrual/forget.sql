-- Booked days of $month whose bill has not arrived: they are written anew. Days that are billed stand.
DELETE FROM accrual
WHERE month = $month
    AND (day, provider, coalesce(account, '')) IN (
        SELECT (day, provider, coalesce(account, ''))
        FROM accrual_day
        WHERE month = $month AND NOT is_billed
    )
