-- One row per name and currency of $month, grouped by $by (workflow, what finops.yaml says of it, model, provider,
-- outcome): the money and the calls that found a workflow. Calls and tokens stand beside each currency of a
-- name; share is the fraction of the currency's billed total. Costs are NULL where no bill holds any of them.
WITH cost AS (
    SELECT
        line_name(
            $by, workflow, allocation.team, said.owner, said.department, said.cost_centre, said.product, model_id, provider,
            outcome_kind
        ) AS name,
        billing_currency AS currency,
        coalesce(sum(cost) FILTER (WHERE kind = 'direct'), 0)::DECIMAL(38,15) AS direct,
        coalesce(sum(cost) FILTER (WHERE kind = 'pool_share'), 0)::DECIMAL(38,15) AS shared
    FROM allocation
    LEFT JOIN workflow_register AS said USING (month, workflow)
    WHERE month = $month AND workflow IS NOT NULL
    GROUP BY ALL
),

used AS (
    SELECT
        line_name(
            $by, workflow, usage_month.team, said.owner, said.department, said.cost_centre, said.product, model_id, provider,
            outcome_kind
        ) AS name,
        sum(calls)::BIGINT AS calls,
        sum(tokens)::BIGINT AS tokens
    FROM usage_month
    LEFT JOIN workflow_register AS said USING (month, workflow)
    WHERE month = $month AND workflow IS NOT NULL
    GROUP BY ALL
),

billed AS (
    SELECT billing_currency AS currency, sum(cost)::DECIMAL(38,15) AS cost
    FROM allocation
    WHERE month = $month
    GROUP BY billing_currency
),

lined AS (
    SELECT
        coalesce(cost.name, used.name) AS name,
        coalesce(cost.currency, month_attributed.reporting_currency) AS currency,
        cost.direct,
        cost.shared,
        (cost.direct + cost.shared)::DECIMAL(38,15) AS total,
        coalesce(used.calls, 0) AS calls,
        coalesce(used.tokens, 0) AS tokens
    FROM cost
    FULL JOIN used ON used.name IS NOT DISTINCT FROM cost.name
    INNER JOIN month_attributed ON month_attributed.month = $month
)

SELECT lined.*, amount_share(lined.total, billed.cost) AS share
FROM lined
LEFT JOIN billed USING (currency)
ORDER BY currency, total DESC NULLS LAST, name NULLS LAST
