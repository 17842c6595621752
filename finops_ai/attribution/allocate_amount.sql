-- Whole units of 1e-15, HUGEINT, back as an amount DECIMAL(38,15). Exact, also for negative amounts: the product of
-- decimals only moves the point.
CREATE OR REPLACE TEMP MACRO units_amount(units) AS
    (units::DECIMAL(38,0) * 0.000000000000001::DECIMAL(15,15))::DECIMAL(38,15)
