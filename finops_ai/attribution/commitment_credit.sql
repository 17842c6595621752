-- One row per prepaid credit that holds in $month, and currency: what the charges that match it drew. A line of category
-- Credit or Adjustment draws what it takes off the bill; others draw their effective cost, else what they bill.
-- A credit that nothing drew on stands with 0 in its own currency.
INSERT INTO commitment_use
WITH credit AS (
    SELECT
        unnest($ordinals::INTEGER []) AS ordinal,
        unnest($names::VARCHAR []) AS name,
        unnest($capacities::VARCHAR [])::DECIMAL(38,15) AS capacity,
        unnest($currencies::VARCHAR []) AS currency,
        unnest($since::DATE []) AS since,
        unnest($until::DATE []) AS until
),

drawn AS (
    SELECT
        credit.name,
        charge.billing_currency AS currency,
        sum(
            CASE
                WHEN charge.charge_category IN ('Credit', 'Adjustment') THEN -charge.billed_cost
                ELSE coalesce(charge.effective_cost, charge.billed_cost)
            END
        )::DECIMAL(38,15) AS used
    FROM charge
    INNER JOIN charge_credit AS matched
        ON matched.file_id = charge.file_id AND matched.row_number = charge.row_number
    INNER JOIN credit ON credit.ordinal = matched.pool_ordinal
    WHERE (credit.since IS NULL OR charge.charge_period_start_utc >= credit.since)
        AND (credit.until IS NULL OR charge.charge_period_start_utc < credit.until)
    GROUP BY credit.name, charge.billing_currency
),

known AS (
    SELECT name, currency, used FROM drawn
    UNION ALL
    SELECT name, currency, 0 FROM credit
)

SELECT
    $month,
    credit.name,
    'credits',
    credit.currency,
    credit.capacity,
    sum(known.used)::DECIMAL(38,15),
    known.currency,
    NULL,
    NULL
FROM credit
INNER JOIN known ON known.name = credit.name
GROUP BY credit.name, credit.currency, credit.capacity, known.currency
ORDER BY credit.name, known.currency
