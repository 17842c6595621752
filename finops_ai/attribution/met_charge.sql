-- One row per list of rules that charges of a month meet, and currency: rows, billed cost and their days.
SELECT
    every_rule.rule_ordinals,
    c.billing_currency AS currency,
    count(*) AS row_count,
    sum(c.billed_cost)::DECIMAL(38,15) AS cost,
    min(c.charge_period_start_utc)::DATE AS first_day,
    max(c.charge_period_start_utc)::DATE AS last_day
FROM every_rule
INNER JOIN charge AS c USING (file_id, row_number)
GROUP BY ALL
ORDER BY ALL
