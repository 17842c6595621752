-- A month of workflow_month is read without all others: a FULL JOIN lets no condition on the month reach
-- its tables, and neither does a subquery that is computed once for two places.

-- One row per month, workflow and currency. calls and tokens are those of the workflow's logs and stand
-- beside each of its currencies.
CREATE OR REPLACE VIEW workflow_month AS
WITH cost AS (
    SELECT
        allocation_row.month,
        allocation_row.workflow,
        allocation_row.team,
        cell.billing_currency,
        coalesce(sum(cost) FILTER (WHERE kind = 'direct'), 0)::DECIMAL(38,15) AS direct_cost,
        coalesce(sum(cost) FILTER (WHERE kind = 'pool_share'), 0)::DECIMAL(38,15) AS shared_cost
    FROM allocation_row
    INNER JOIN cell ON cell.month = allocation_row.month AND cell.cell_id = allocation_row.cell_id
    WHERE allocation_row.workflow IS NOT NULL
    GROUP BY ALL
),

usage AS NOT MATERIALIZED (
    SELECT month, workflow, team, sum(calls)::BIGINT AS calls, sum(tokens)::BIGINT AS tokens
    FROM usage_month
    WHERE workflow IS NOT NULL
    GROUP BY ALL
),

either AS (
    SELECT
        cost.month,
        cost.workflow,
        coalesce(cost.team, usage.team) AS team,
        cost.billing_currency,
        cost.direct_cost,
        cost.shared_cost,
        usage.calls,
        usage.tokens
    FROM cost
    LEFT JOIN usage ON usage.month = cost.month AND usage.workflow = cost.workflow
    UNION ALL
    SELECT usage.month, usage.workflow, usage.team, NULL, 0, 0, usage.calls, usage.tokens
    FROM usage
    ANTI JOIN allocation_row AS row ON row.month = usage.month AND row.workflow = usage.workflow
)

SELECT
    either.month,
    either.workflow,
    either.team,
    coalesce(either.billing_currency, month_attributed.reporting_currency) AS billing_currency,
    either.direct_cost,
    either.shared_cost,
    (either.direct_cost + either.shared_cost)::DECIMAL(38,15) AS total_cost,
    coalesce(either.calls, 0) AS calls,
    coalesce(either.tokens, 0) AS tokens,
    'allocated' AS label
FROM either
INNER JOIN month_attributed ON month_attributed.month = either.month;
