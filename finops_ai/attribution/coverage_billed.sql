-- One row per currency of $month and way in which billed money was placed: rule, log (the log itself names a registered
-- workflow), commitment, pool, apart (tax, credit, refund) or none. The rows of a currency add up to what was billed.
SELECT
    cell.billing_currency AS currency,
    CASE
        WHEN row.cause IN ('tax', 'credit', 'refund') THEN 'apart'
        WHEN row.kind = 'direct' AND row.rule_ordinal IS NOT NULL THEN 'rule'
        WHEN row.kind = 'direct' THEN 'log'
        WHEN row.kind = 'pool_source' AND used.commitment IS NOT NULL THEN 'commitment'
        WHEN row.kind = 'pool_source' THEN 'pool'
        ELSE 'none'
    END AS way,
    sum(row.cost)::DECIMAL(38,15) AS cost,
    NULL::BIGINT AS calls,
    NULL::BIGINT AS tokens
FROM allocation_row AS row
INNER JOIN cell ON cell.month = row.month AND cell.cell_id = row.cell_id
LEFT JOIN (SELECT DISTINCT commitment FROM commitment_use WHERE month = $month) AS used ON used.commitment = row.pool
-- Money that is moved from a pool to its receivers was placed already.
WHERE row.month = $month AND cell.nature <> 'pool_transfer'
GROUP BY ALL
ORDER BY ALL
