-- One row per month, workflow and currency, of $month and $before. Costs unrounded, in the row's currency.
-- is_billed: billed money stands with it, even 0; where none does, its costs are unknown.
SELECT
    month,
    workflow,
    billing_currency AS currency,
    (month, workflow) IN (SELECT (month, workflow) FROM allocation WHERE workflow IS NOT NULL) AS is_billed,
    string_agg(DISTINCT team, ', ' ORDER BY team) AS team,
    sum(direct_cost) AS direct,
    sum(shared_cost) AS shared,
    sum(total_cost) AS total,
    sum(calls)::BIGINT AS calls,
    sum(tokens)::BIGINT AS tokens
FROM workflow_month
WHERE month IN ($month, $before)
GROUP BY month, workflow, billing_currency
ORDER BY month, total DESC, workflow, currency
