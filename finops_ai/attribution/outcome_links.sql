-- One row per outcome kind, workflow, link and currency of $month: how much of the workflow's direct cost each link
-- ties to outcomes, and (link NULL) what is tied to none. Costs unrounded; calls count by their share.
WITH used AS (
    SELECT
        outcome_kind AS kind,
        workflow,
        link,
        count(DISTINCT outcome_id) AS outcomes,
        sum(calls)::DECIMAL(38,15) AS calls,
        sum(tokens)::DECIMAL(38,15) AS tokens
    FROM outcome_usage
    WHERE month = $month
    GROUP BY outcome_kind, workflow, link
),

spent AS (
    SELECT outcome_kind AS kind, workflow, link, billing_currency, sum(cost)::DECIMAL(38,15) AS cost
    FROM outcome_spend
    WHERE month = $month
    GROUP BY outcome_kind, workflow, link, billing_currency
),

direct AS (
    SELECT
        workflow,
        billing_currency,
        sum(linked_cost + unlinked_cost)::DECIMAL(38,15) AS cost,
        sum(unlinked_cost)::DECIMAL(38,15) AS unlinked_cost
    FROM outcome_cost
    WHERE month = $month
    GROUP BY workflow, billing_currency
),

untied AS (
    SELECT
        usage_month.workflow,
        sum(calls) FILTER (WHERE outcome_kind IS NULL)::DECIMAL(38,15) AS calls,
        sum(tokens) FILTER (WHERE outcome_kind IS NULL)::DECIMAL(38,15) AS tokens
    FROM usage_month
    WHERE month = $month
    GROUP BY usage_month.workflow
),

lined AS (
    SELECT used.*, direct.billing_currency, spent.cost, direct.cost AS direct_cost
    FROM used
    INNER JOIN direct ON direct.workflow = used.workflow
    LEFT JOIN spent
        ON spent.kind = used.kind
        AND spent.workflow = used.workflow
        AND spent.link = used.link
        AND spent.billing_currency = direct.billing_currency
    UNION ALL
    SELECT NULL, direct.workflow, NULL, NULL, untied.calls, untied.tokens, billing_currency, unlinked_cost, cost
    FROM direct
    LEFT JOIN untied ON untied.workflow = direct.workflow
)

SELECT
    kind,
    workflow,
    link,
    billing_currency AS currency,
    outcomes,
    coalesce(calls, 0)::DECIMAL(38,15) AS calls,
    coalesce(tokens, 0)::DECIMAL(38,15) AS tokens,
    cost,
    amount_share(cost, direct_cost) AS share
FROM lined
WHERE ($kind IS NULL OR kind IS NULL OR kind = $kind) AND ($workflow IS NULL OR workflow = $workflow)
ORDER BY workflow, currency, kind NULLS LAST, cost DESC NULLS LAST, link
