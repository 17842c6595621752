-- One row per list of rules that calls of $month meet, and currency of their estimate: rows, cost (at
-- contract rate, else list price; NULL where any of them has no price) and the days between which they lie.
SELECT
    every_rule.rule_ordinals,
    coalesce(CASE WHEN p.contract_cost IS NULL THEN p.currency ELSE p.contract_currency END, $currency) AS currency,
    count(*) AS row_count,
    CASE
        WHEN bool_and(coalesce(p.contract_cost, p.list_cost) IS NOT NULL)
            THEN sum(coalesce(p.contract_cost, p.list_cost))
    END::DECIMAL(38,15) AS cost,
    min(u.at_utc)::DATE AS first_day,
    max(u.at_utc)::DATE AS last_day
FROM every_rule
INNER JOIN token_usage AS u USING (file_id, row_number)
LEFT JOIN priced_usage AS p ON p.month = $month AND p.file_id = u.file_id AND p.row_number = u.row_number
GROUP BY ALL
ORDER BY ALL
