-- Temporary: one row per group of billed token lines of the months from $first to $month that the logs know too,
-- with what both sides hold: billed_units for the tokens that both know, and price_units, the same tokens at the
-- price that accruals use. A bill without quantities cannot tell a higher rate from calls that no log has: there,
-- as in matching, what is billed beyond the price is taken for unlogged usage.
CREATE OR REPLACE TEMP TABLE accrual_evidence AS
WITH billed AS (
    SELECT
        month,
        provider,
        billing_currency AS currency,
        model_id,
        day,
        token_kind,
        amount_units(sum(billed_cost)::DECIMAL(38,15)) AS cost_units,
        CASE WHEN count(*) = count(quantity) THEN trunc(sum(quantity)) END::HUGEINT AS quantity
    FROM cell
    WHERE nature = 'token' AND month >= $first AND month <= $month AND model_id IS NOT NULL
    GROUP BY ALL
)

SELECT
    billed.provider,
    billed.model_id,
    billed.currency,
    logged.days,
    billed.quantity IS NOT NULL AS has_quantity,
    CASE
        WHEN billed.quantity IS NULL THEN least(billed.cost_units, logged.cost_units)
        ELSE accrual_part(billed.cost_units, least(billed.quantity, logged.quantity), billed.quantity)
    END AS billed_units,
    CASE
        WHEN billed.quantity IS NULL THEN logged.cost_units
        ELSE accrual_part(logged.cost_units, least(billed.quantity, logged.quantity), logged.quantity)
    END AS price_units
FROM billed
INNER JOIN accrual_logged AS logged
    ON logged.month = billed.month
    AND logged.provider = billed.provider
    AND logged.model_id = billed.model_id
    AND logged.currency = billed.currency
    AND logged.day IS NOT DISTINCT FROM billed.day
    AND logged.token_kind IS NOT DISTINCT FROM billed.token_kind
WHERE logged.cost_units > 0 AND billed.cost_units > 0 AND coalesce(billed.quantity, 1) > 0
