-- Whole units of 1e-15, HUGEINT, back as an amount DECIMAL(38,15). Exact, also for negative amounts.
CREATE OR REPLACE TEMP MACRO units_amount(units) AS
    (
        (units // 1000000000000000)::DECIMAL(38,15)
        + (units % 1000000000000000)::DECIMAL(38,0) * 0.000000000000001
    )::DECIMAL(38,15)
