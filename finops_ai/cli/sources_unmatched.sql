-- One row per month and provider whose tokens are billed and not logged (calls NULL), or logged and not
-- billed (lines NULL). aws-bedrock and aws, azure-openai and azure are one provider here.
WITH called AS (
    SELECT
        date_trunc('month', at_utc)::DATE AS month,
        split_part(provider, '-', 1) AS provider,
        sum(calls)::BIGINT AS calls
    FROM token_usage
    WHERE status = 'success'
    GROUP BY ALL
),

billed AS (
    SELECT
        date_trunc('month', billing_period_start_utc)::DATE AS month,
        split_part(provider, '-', 1) AS provider,
        count(*) AS lines
    FROM charge
    WHERE token_kind IS NOT NULL OR provider IN (SELECT DISTINCT provider FROM token_usage)
    GROUP BY ALL
)

SELECT month, provider, billed.lines, called.calls
FROM billed
FULL JOIN called USING (month, provider)
WHERE billed.lines IS NULL OR called.calls IS NULL
ORDER BY month, provider
