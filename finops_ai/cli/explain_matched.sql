-- One row per key that groups of charges behind the explained figure (temporary explained) were matched with logs by:
-- the groups and their matched money, all of it, in billing_currency.
SELECT
    matched_by,
    count(*) AS groups,
    sum(amount)::DECIMAL(38,15) AS matched
FROM cell_match
SEMI JOIN explained ON explained.cell_id = cell_match.cell_id
WHERE month = $month
GROUP BY matched_by
ORDER BY matched DESC, matched_by
