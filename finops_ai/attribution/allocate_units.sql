-- An amount DECIMAL(38,15) as whole units of 1e-15, HUGEINT: the only form in which money is divided.
-- Whole and broken part apart, since amount * 1e15 would not fit DECIMAL(38,15).
CREATE OR REPLACE TEMP MACRO amount_units(amount) AS
    trunc(amount)::HUGEINT * 1000000000000000
    + ((amount - trunc(amount)) * 1000000000000000)::HUGEINT
