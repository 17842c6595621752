-- Temporary: one row per attributed month, currency other than $reporting and UTC day of a charge in it.
CREATE OR REPLACE TEMP TABLE fx_needed AS
WITH foreign_charge AS (
    SELECT DISTINCT
        date_trunc('month', billing_period_start_utc)::DATE AS month,
        billing_currency AS currency,
        charge_period_start_utc::DATE AS day
    FROM charge
    WHERE billing_currency <> $reporting
)

SELECT foreign_charge.*
FROM foreign_charge
SEMI JOIN month_attributed ON month_attributed.month = foreign_charge.month
