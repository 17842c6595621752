-- One row per billing currency of $month: billed in it, and what that is in the reporting currency. converted is
-- NULL where no charge has a rate; not_converted is the part, in the original currency, without one.
WITH own AS (
    SELECT
        charge.billing_currency AS currency,
        sum(charge.billed_cost)::DECIMAL(38,15) AS billed,
        count(*) AS charge_rows
    FROM charge
    WHERE charge.billing_period_start_utc >= $start_utc AND charge.billing_period_start_utc < $end_utc
    GROUP BY charge.billing_currency
),

rated AS (
    SELECT
        billing_currency AS currency,
        sum(reporting_cost)::DECIMAL(38,15) AS converted,
        coalesce(sum(billed_cost) FILTER (WHERE rate IS NULL), 0)::DECIMAL(38,15) AS not_converted,
        min(rate) AS lowest_rate,
        max(rate) AS highest_rate,
        min(rate_day) AS first_rate_day,
        max(rate_day) AS last_rate_day
    FROM charge_converted
    WHERE month = $month
    GROUP BY billing_currency
)

SELECT
    own.currency,
    own.billed,
    CASE WHEN own.currency = month_attributed.reporting_currency THEN own.billed ELSE rated.converted END AS converted,
    CASE
        WHEN own.currency = month_attributed.reporting_currency THEN 0
        ELSE coalesce(rated.not_converted, own.billed)
    END::DECIMAL(38,15) AS not_converted,
    own.charge_rows,
    rated.lowest_rate,
    rated.highest_rate,
    rated.first_rate_day,
    rated.last_rate_day,
    month_attributed.reporting_currency
FROM own
INNER JOIN month_attributed ON month_attributed.month = $month
LEFT JOIN rated USING (currency)
ORDER BY own.currency <> month_attributed.reporting_currency, own.currency
