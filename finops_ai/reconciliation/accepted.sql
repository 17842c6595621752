-- One row per line of $month that was accepted, the last acceptance of each; cost in currency.
SELECT
    line_id,
    last(grouped_by ORDER BY rowid) AS grouped_by,
    last(line_name ORDER BY rowid) AS line_name,
    last(billing_currency ORDER BY rowid) AS currency,
    last(accepted_cost ORDER BY rowid) AS cost,
    last(note ORDER BY rowid) AS note,
    last(accepted_by ORDER BY rowid) AS accepted_by,
    last(accepted_at_utc ORDER BY rowid) AS at_utc
FROM reconciliation_accepted
WHERE month = $month
GROUP BY line_id
ORDER BY line_id
