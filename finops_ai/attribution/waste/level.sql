-- Temporary: one row per provider and list currency whose logged calls are on a bill: the share of their list (or
-- contract) price that was billed. Providers without such a bill are not here: their money stays at list price.
CREATE OR REPLACE TEMP TABLE waste_level AS
WITH logged AS (
    SELECT
        a.provider,
        CASE WHEN p.contract_cost IS NULL THEN p.currency ELSE p.contract_currency END AS currency,
        sum(coalesce(p.contract_cost, p.list_cost))::DECIMAL(38,15) AS cost
    FROM usage_attributed AS a
    INNER JOIN priced_usage AS p ON p.month = $month AND p.file_id = a.file_id AND p.row_number = a.row_number
    WHERE a.month = $month
    GROUP BY ALL
),

unbilled AS (
    SELECT provider, billing_currency AS currency, sum(estimated_cost)::DECIMAL(38,15) AS cost
    FROM off_bill_gap
    WHERE month = $month AND cause = 'unbilled_usage'
    GROUP BY ALL
),

billed AS (
    SELECT cell.provider, cell.billing_currency AS currency, sum(row.cost)::DECIMAL(38,15) AS cost
    FROM allocation_row AS row
    INNER JOIN cell ON cell.month = row.month AND cell.cell_id = row.cell_id
    WHERE row.month = $month
        AND cell.nature = 'token'
        AND ((row.kind = 'direct' AND row.label = 'allocated') OR row.cause = 'unmapped_usage')
    GROUP BY ALL
),

compared AS (
    SELECT provider, currency, amount_share(billed.cost, logged.cost - coalesce(unbilled.cost, 0)) AS level
    FROM logged
    INNER JOIN billed USING (provider, currency)
    LEFT JOIN unbilled USING (provider, currency)
)

-- A bill that is a tenth of its log, or twice it, does not tell of these calls.
SELECT provider, currency, level::DECIMAL(12,6) AS level
FROM compared
WHERE level BETWEEN 0.1 AND 2
