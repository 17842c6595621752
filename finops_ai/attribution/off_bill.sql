-- What the logs hold and no bill does, and what matched below list price: table off_bill_gap. Usage without a
-- list price has no estimate: its cause is unpriced_model.
INSERT INTO off_bill_gap
WITH billed_provider AS (
    SELECT DISTINCT provider FROM cell WHERE month = $month
),

found AS (
    SELECT
        CASE WHEN list_cost IS NULL THEN 'unpriced_model' ELSE 'unbilled_usage' END AS cause,
        usage_open.provider,
        CASE
            WHEN list_cost IS NOT NULL AND billed_provider.provider IS NULL
                THEN 'no bill of ' || usage_open.provider || ' for the month'
            ELSE coalesce(ltrim(match_model, '?'), 'no model name')
        END AS detail,
        coalesce(list_currency, $list_currency) AS billing_currency,
        list_cost AS estimated_cost,
        quantity AS tokens
    FROM usage_open
    LEFT JOIN billed_provider USING (provider)
    WHERE quantity > 0
    UNION ALL
    SELECT 'rate_difference', provider, model, list_currency, below_list_cost, 0
    FROM match_group
    WHERE below_list_cost IS NOT NULL
)

SELECT
    $month,
    cause,
    provider,
    detail,
    billing_currency,
    sum(estimated_cost)::DECIMAL(38,15),
    round(sum(tokens))::BIGINT
FROM found
GROUP BY cause, provider, detail, billing_currency
ORDER BY cause, provider, detail, billing_currency
