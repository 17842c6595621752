-- One row per month, workflow and currency, of $month and $before. Costs unrounded, in the row's currency.
SELECT
    month,
    workflow,
    billing_currency AS currency,
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
