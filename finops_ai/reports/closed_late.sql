-- One row per closed month that files were imported for after it was closed: their rows are in none of its figures.
SELECT closed_month.month
FROM closed_month
INNER JOIN month_attributed USING (month)
INNER JOIN month_input USING (month)
WHERE month_attributed.input_batch_id IS DISTINCT FROM month_input.batch_id
ORDER BY month
