-- One row per month and workflow: direct and shared billed cost in $currency, the
-- direct part of it, tokens.
-- Logged and estimated rows are not on a bill, so they are no part of a run rate.
SELECT month, workflow, sum(total_cost) AS total_cost, sum(direct_cost) AS direct_cost, sum(tokens)::BIGINT AS tokens
FROM workflow_month
WHERE
    billing_currency = $currency
    AND month <= $last_month
    AND workflow IS NOT NULL
    AND label NOT IN ('logged', 'estimated')
GROUP BY ALL
ORDER BY ALL
