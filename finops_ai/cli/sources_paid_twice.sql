-- One row per month, vendor and currency that a card or ledger account paid, and that the vendor's own
-- bill tells of as well, in the month or the one before: money that may stand in the ledger twice.
WITH total AS (
    SELECT
        date_trunc('month', billing_period_start_utc)::DATE AS month,
        provider,
        billing_currency,
        source = 'card_statement' AS is_paid,
        sum(billed_cost) AS billed_cost
    FROM charge
    GROUP BY ALL
)

SELECT paid.month, paid.provider, paid.billing_currency, paid.billed_cost, sum(billed.billed_cost)
FROM total AS paid
INNER JOIN total AS billed
    ON paid.provider = billed.provider
    AND paid.billing_currency = billed.billing_currency
    AND NOT billed.is_paid
    AND billed.month BETWEEN paid.month - INTERVAL 1 MONTH AND paid.month
WHERE paid.is_paid
GROUP BY ALL
ORDER BY ALL
