-- One row per estimate beside the bill of $month that the filters take (NULL: all), with the provider's logged list cost
-- of the month: what all its priced calls would cost, of which a bill explains the rest. NULL estimate: no list price.
WITH logged AS (
    SELECT a.provider, sum(coalesce(a.contract_cost, a.list_cost))::DECIMAL(38,15) AS logged, count(*) AS calls
    FROM usage_attributed AS a
    WHERE a.month = $month
    GROUP BY a.provider
)

SELECT
    gap.cause,
    gap.provider,
    gap.detail,
    gap.billing_currency AS currency,
    gap.tokens,
    gap.estimated_cost AS estimated,
    logged.logged,
    logged.calls
FROM off_bill_gap AS gap
LEFT JOIN logged ON logged.provider = gap.provider
WHERE gap.month = $month
    AND ($cause IS NULL OR gap.cause = $cause)
    AND ($provider IS NULL OR gap.provider = $provider)
    AND ($detail IS NULL OR gap.detail = $detail)
ORDER BY gap.cause, gap.estimated_cost DESC NULLS FIRST, gap.provider, gap.detail
